/* The skeletons of known traces: constant segments with holes between them. */
#ifndef STACKTRACES_SKELETONS_H
#define STACKTRACES_SKELETONS_H

#include <stddef.h>
#include <stdint.h>

#define EXACTLY 0x80

/* What follows a segment. */
typedef enum {
    END,         /* nothing: the trace ends there */
    DIGITS_HOLE, /* decimal digits, one at least */
    HEX_HOLE,    /* hexadecimal digits, one at least */
    TEXT_HOLE,   /* bytes of the same line up to a given one, perhaps none */
    VALUES_HOLE, /* hexadecimal digits and the marks that values of memory are printed with, perhaps none */
} Hole;

/* A crit-bit tree of segments. */
typedef struct {
    void *root;
} Tree;

typedef struct {
    uint8_t *bytes;
    size_t size;
    Hole hole;
    uint8_t stop;    /* where a text hole ends; the most digits of a number, 0 for any, with EXACTLY its size */
    int slot;        /* where a trace that ends here is counted; -1 for nowhere */
    uint32_t doubts; /* which literals in the hole leave the trace to be read */
    Tree next;       /* the segments that follow the hole */
} Segment;

/* The longest segment that text starts with, or NULL. */
Segment *segments_find(const Tree *tree, const uint8_t *text, size_t size);

/* The segment with those bytes, made if there is none; NULL when memory is out, or where the same bytes are
 * known with another hole behind them: then *refused is set. */
Segment *segments_add(Tree *tree, const uint8_t *bytes, size_t size, Hole hole, uint8_t stop, int *refused);

/* Where a hole ends that starts at from; NULL where it takes nothing, or its line does not end before to. */
const uint8_t *hole_end(const Segment *segment, const uint8_t *from, const uint8_t *to);

void segments_clear(Tree *tree);

#endif
