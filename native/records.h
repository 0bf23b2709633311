/* How log records start. */
#ifndef STACKTRACES_RECORDS_H
#define STACKTRACES_RECORDS_H

#include "lines.h"
#include "times.h"

#define MOST_RECORDS 32

/* How a log record starts: one byte of text for each of the pattern. */
typedef struct {
    Pattern prefix;
    TimeSpan time;
} Record;

typedef struct {
    Record items[MOST_RECORDS];
    size_t count;
    Dates *dates;
} Records;

/* The record that text starts with, or NULL. */
const Record *records_find(const Records *records, const uint8_t *text, size_t size);

/* Whether a line starts with a known record, and it is known when that was written, or that it does not say. */
int records_time(const Records *records, Bytes line, Moment *moment);

/* Whether text starts with a known record, and if dated, whether it is known when that was written. */
int records_know(const Records *records, Bytes text, int dated);

/* Whether a whole line starts at a pointer that certainly holds no time. */
int is_undated_line(const uint8_t *from, const uint8_t *to);

#endif
