/* Lines as carriers wrap them. */
#ifndef STACKTRACES_LINES_H
#define STACKTRACES_LINES_H

#include <stddef.h>
#include <stdint.h>

#define LONGEST_PATTERN 1024

/* In a pattern these bytes stand for a digit, and for one digit or more; others for themselves. */
#define DIGIT 0x01
#define DIGITS 0x02

typedef struct {
    size_t size;
    uint8_t bytes[LONGEST_PATTERN];
} Pattern;

/* Where a time stands, and in it the two digits of its seconds. */
typedef struct {
    size_t start, end; /* of a pattern; end is 0 where there is no time */
    size_t seconds;    /* from the start of the time */
} TimeSpan;

/* How the lines of a writer are wrapped: a head, the text, a tail. */
typedef struct {
    Pattern head, tail;
    TimeSpan head_time, tail_time;
    int escaped; /* the text stands in a JSON string */
    int writer;
} Shape;

typedef struct {
    const uint8_t *bytes;
    size_t size;
} Bytes;

/* Where the line ends that starts at a pointer, or NULL. */
const uint8_t *line_end(const uint8_t *from, const uint8_t *to);

typedef enum {
    OTHER_HEAD,
    OTHER_REST, /* the head is that of the shape */
    FITS,
} Fit;

/* Whether a line is of a shape; if it fits, sets its text, where the next line starts, and its time as printed. */
Fit unwrap_line(const Shape *shape, const uint8_t *from, const uint8_t *to, Bytes *text, const uint8_t **behind,
                Bytes *printed);

/* Whether the same line may be of two shapes: what is wrapped again in some lines only looks so. */
int may_both_match(const Shape *one, const Shape *other);

#endif
