/* Times as printed, read by what was learnt of others like them. */
#ifndef STACKTRACES_TIMES_H
#define STACKTRACES_TIMES_H

#include <stddef.h>
#include <stdint.h>

#define LONGEST_TIME 40

typedef struct {
    int64_t at;                 /* nanoseconds since 1970 */
    uint8_t size;               /* 0 for no time */
    uint8_t text[LONGEST_TIME]; /* as printed */
} Moment;

/* From what is printed beside the time of day to its start; where days may have other than 24 hours, from
 * what is printed beside the seconds to the minute's start. */
typedef struct Dates Dates;

Dates *dates_new(int whole_days);
void dates_free(Dates *dates);

/* Learns that a time, whose two digits of seconds stand at an offset, is at so many nanoseconds.
 * 0 when it is of another build. */
int dates_learn(Dates *dates, const uint8_t *text, size_t size, size_t seconds, int64_t at);

/* Whether a time like that was learnt; then sets the moment. */
int dates_read(Dates *dates, const uint8_t *text, size_t size, size_t seconds, Moment *moment);

/* How often something happened, in at most 64 buckets of a power of two of seconds. */
#define TIME_BUCKETS 64

typedef struct {
    int width; /* a bucket holds 2 ** width seconds */
    int used;
    int64_t first, last; /* seconds >> width */
    int64_t counts[TIME_BUCKETS];
} Timeline;

void timeline_add(Timeline *timeline, int64_t seconds);

#endif
