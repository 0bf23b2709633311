/* What is known of traces that were read once, and whether a text is another occurrence of one. */
#ifndef STACKTRACES_TRACES_H
#define STACKTRACES_TRACES_H

#include <stddef.h>
#include <stdint.h>

#include "finder.h"
#include "lines.h"
#include "skeletons.h"

#define MOST_STARTS 64
#define MOST_DOUBTS 32
#define MOST_PASSED 4
#define MOST_ASKED 8
#define REFUSALS 4096
#define ANYWHERE SIZE_MAX

/* Where traces start that are found by an anchor, and what they look like. */
typedef struct {
    size_t anchor, lines_before; /* the anchor stands in so many lines' distance from the first one, */
    size_t column;               /* and there in its line, if that is not a record's; ANYWHERE for any place */
    int in_record;               /* the first line is that of a log record; else the one before it is */
    size_t before;               /* so many of the first lines stand before the trace */
    uint32_t doubts;             /* which literals in the line before leave the trace to be read */
    Tree tree;
} Start;

typedef struct {
    uint8_t *bytes;
    size_t size;
} OwnBytes;

typedef struct {
    Start starts[MOST_STARTS];
    size_t starts_count;
    uint8_t *used; /* for each anchor, whether a trace is known that is found by it */
    size_t anchors;
    const Literal *literals; /* of the anchors */
    OwnBytes doubts[MOST_DOUBTS];
    size_t doubts_count;
    uint64_t refusals[REFUSALS]; /* hashes of anchors with the contents of holes in which nothing is read */
    size_t refusals_count;
} Traces;

/* Anchors that were met before the one by which a trace is found: nothing is read at them if they stand in the
 * trace as they stood where it was read. */
typedef struct {
    size_t anchor[MOST_ASKED + MOST_PASSED], at[MOST_ASKED + MOST_PASSED]; /* ascending */
    size_t count;
    size_t asked; /* so many of the first were handed back to be read already, and nothing was */
} Passed;

/* Adds an anchor behind the others; there must be room. */
void pass_by(Passed *passed, size_t anchor, size_t at);

int traces_init(Traces *traces, const Finder *finder);
void traces_free(Traces *traces);

/* Forgets all skeletons. */
void traces_forget(Traces *traces);

/* The start with those fields, made if there is none; NULL where there are too many. */
Start *traces_start(Traces *traces, const Start *wanted);

/* The number of a literal in the masks of doubts; -1 where there are too many. */
int traces_doubt(Traces *traces, const uint8_t *bytes, size_t size);

/* Remembers that nothing is read at an anchor that stands in a hole with that content, whatever its numbers. */
void traces_refuse(Traces *traces, size_t anchor, const uint8_t *bytes, size_t size);

/* Whether one of some literals stands between two pointers, so that the trace is to be read. */
int traces_doubtful(const Traces *traces, uint32_t doubts, const uint8_t *from, const uint8_t *to);

/* The slot of the trace that starts with text and holds the anchors that were passed; sets where it ends. -1 where
 * there is none. */
int traces_match(const Traces *traces, const Start *start, const uint8_t *text, size_t size,
                 const Passed *passed, size_t *end);

#endif
