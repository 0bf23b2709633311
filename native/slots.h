/* What is counted of the traces that stand for one thing. */
#ifndef STACKTRACES_SLOTS_H
#define STACKTRACES_SLOTS_H

#include "times.h"

#define MOST_SOURCES 16

typedef struct {
    int64_t file, line, offset;
} Source;

typedef struct {
    int64_t count;
    Moment earliest, latest;
    Timeline timeline;
    int sources_count;
    Source sources[MOST_SOURCES];
} Slot;

/* Counts a trace that was logged at a moment; one of no size stands for none. */
void slot_count(Slot *slot, const Moment *moment);

#endif
