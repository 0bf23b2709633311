/* What is counted of the traces that stand for one thing. */
#ifndef STACKTRACES_SLOTS_H
#define STACKTRACES_SLOTS_H

#include "times.h"

#define MOST_SOURCES 10
#define UNDATED INT64_MAX /* where an occurrence bears no time: it comes after all that do */

/* Where an occurrence stands. Those of one thing are in order of time, file and offset. */
typedef struct {
    int64_t at; /* nanoseconds since 1970 */
    int64_t file, offset, line;
} Source;

typedef struct {
    int64_t count;
    Moment earliest, latest;
    Timeline timeline;
    int sources_count;
    Source sources[MOST_SOURCES]; /* the first ones, in order */
    Source example;               /* the occurrence that was read: one before it is to be read too */
} Slot;

/* Whether one occurrence comes before another. */
int source_before(const Source *one, const Source *other);

/* Counts a trace that was logged at a moment; one of no size stands for none. */
void slot_count(Slot *slot, const Moment *moment);

/* Whether an occurrence is among the first ones. */
int slot_keeps(const Slot *slot, const Source *source);

/* Puts it among them. */
void slot_keep(Slot *slot, const Source *source);

/* Counts from nothing. */
void slot_clear(Slot *slot);

#endif
