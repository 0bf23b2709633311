/* Traces that were read once: found again by their bytes, and counted. */
#ifndef STACKTRACES_COUNTER_H
#define STACKTRACES_COUNTER_H

#include "finder.h"
#include "line_table.h"
#include "records.h"
#include "slots.h"
#include "traces.h"

/* Where a wrapped line starts in the data, where its text does, and where that stands without the wrapping. */
typedef struct {
    size_t line, text, bare;
} Place;

typedef struct {
    uint8_t *bytes;
    Place *places; /* of each of the wrapped lines */
    size_t size, room, lines;
    int apart; /* lines of others stand between them */
} Unwrapped;

typedef struct {
    const uint8_t *data;
    size_t size;
    size_t counted; /* up to where lines are counted, */
    int64_t lines;  /* and the line there, from 1 */
    int64_t base;   /* offset of the data in the stream */
    int64_t file;
} Chunk;

typedef struct {
    size_t look_back, longest;
    int64_t since, until; /* nanoseconds; what has no time does not count where undated is 0 */
    int undated;
    int64_t first, end; /* offsets in the stream: what starts before or behind does not count */
    const Finder *finder;
    Hits hits;
    size_t next_hit;
    size_t searched, stop; /* up to where the chunk was searched, and is to be */
    size_t window;         /* bytes that are searched next */
    Passed asked;          /* the last hits handed back */
    size_t lowest;         /* all before it is read or counted */
    size_t behind;         /* where the last trace of this chunk ended that was counted */
    int64_t passed;        /* where the first one starts that was counted before the next hit; -1 for none */
    Chunk chunk;
    Traces traces;
    Records records;
    Shape shapes[MOST_SHAPES];
    size_t shapes_count;
    LineTable lines;
    int ambiguous; /* a line may be of two shapes: then all are read */
    int cut;       /* what stands at the last hit that was handed back may go on behind the chunk */
    int64_t floors[MOST_WRITERS]; /* for each writer, where its last trace ended in the stream */
    Slot *slots;
    size_t slots_count, slots_room;
    Unwrapped unwrapped;
} Counter;

/* Begins with a chunk, to be searched between two offsets. */
void counter_load(Counter *counter, const Chunk *chunk, size_t start, size_t stop);

/* Counts all known traces up to the first hit from floor on that must be read, and gives that hit; -1 where there
 * is none, -2 when memory is out. */
int64_t counter_next(Counter *counter, size_t floor);

/* Adds the shape behind the others, unless there are too many. */
int counter_add_shape(Counter *counter, const Shape *shape);

/* Counts a trace that starts at an offset of the chunk, if its moment and place are among those asked for. 0 where it
 * comes before the one that was read: it is to be read, as the example of all. */
int counter_count(Counter *counter, int number, const Moment *moment, size_t offset);

/* Whether a line may be the log record of a trace. */
int counter_may_log(const Counter *counter, const Start *known, Bytes line);

/* Where the lines of a trace end that an anchor in a wrapped line belongs to; what is of a trace that was counted
 * is passed over. 0 where it is to be read, -1 when memory is out. */
int64_t counter_take_wrapped(Counter *counter, const Start *known, size_t start, const Passed *passed);

/* Whether an offset is in a line, which nothing needs to wrap, before the one where its writer's last trace ended. */
int counter_is_dealt_with(Counter *counter, size_t at);

/* Where the last line end between two offsets stands, plus one; 0 where there is none. */
size_t line_start(const uint8_t *data, size_t from, size_t to);

#endif
