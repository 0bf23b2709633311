/* Traces that were read once: found again by their bytes, and counted. */
#ifndef STACKTRACES_COUNTER_H
#define STACKTRACES_COUNTER_H

#include "finder.h"
#include "lines.h"
#include "times.h"
#include "traces.h"

#define MOST_RECORDS 32
#define MOST_SHAPES 64
#define MOST_WRITERS 64
#define MOST_SOURCES 16

/* How a log record starts: one byte of text for each of the pattern. */
typedef struct {
    Pattern prefix;
    TimeSpan time;
} Record;

typedef struct {
    int64_t file, line, offset;
} Source;

/* What is counted of the traces that stand for one thing. */
typedef struct {
    int64_t count;
    Moment earliest, latest;
    Timeline timeline;
    int sources_count;
    Source sources[MOST_SOURCES];
} Slot;

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
    const Finder *finder;
    Hits hits;
    size_t next_hit;
    size_t searched, stop; /* up to where the chunk was searched, and is to be */
    size_t window;         /* bytes that are searched next */
    size_t behind;         /* where the last trace of this chunk ended that was counted */
    Chunk chunk;
    Traces traces;
    Record records[MOST_RECORDS];
    size_t records_count;
    Shape shapes[MOST_SHAPES];
    size_t shapes_count;
    int ambiguous; /* a line may be of two shapes: then all are read */
    int64_t floors[MOST_WRITERS]; /* for each writer, where its last trace ended in the stream */
    Dates *dates;
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

/* Whether text starts with a known record, and if dated, whether it is known when that was written. */
int counter_knows(const Counter *counter, Bytes text, int dated);

#endif
