/* A crit-bit tree of byte strings (D. J. Bernstein, "Crit-bit trees"; Morrison, "PATRICIA", JACM 1968): a
 * look-up reads a byte for each branch, then compares once. One string may start with another: then a branch
 * asks whether there is a further byte at all, and of two that a text starts with the longer is found.
 */
#include "skeletons.h"

#include <stdlib.h>
#include <string.h>

#define ENDS 0 /* for Branch.other: the first child ends before the byte */

typedef struct {
    void *child[2];
    size_t at;     /* the byte that differs, */
    uint8_t other; /* and all its bits but the one that decides */
} Branch;

static int is_branch(const void *node)
{
    return (int)((uintptr_t)node & 1);
}

static Branch *branch_of(const void *node)
{
    return (Branch *)((uintptr_t)node - 1);
}

static int side(const Branch *branch, const uint8_t *text, size_t size)
{
    if (branch->other == ENDS)
        return branch->at < size;
    return (1 + (branch->other | (branch->at < size ? text[branch->at] : 0))) >> 8;
}

static Segment *nearest(const Tree *tree, const uint8_t *text, size_t size)
{
    void *node = tree->root;
    while (is_branch(node))
        node = branch_of(node)->child[side(branch_of(node), text, size)];
    return node;
}

/* How many bytes a segment and a text have in common at their start. */
static size_t common(const Segment *segment, const uint8_t *text, size_t size)
{
    size_t shared = segment->size < size ? segment->size : size, at = 0;
    while (at < shared && segment->bytes[at] == text[at])
        at++;
    return at;
}

/* The longest segment of at most so many bytes on the way to the one that is nearest to a text. */
static Segment *shorter(const Tree *tree, const uint8_t *text, size_t size, size_t most)
{
    Segment *found = NULL;
    for (void *node = tree->root; is_branch(node);) {
        Branch *branch = branch_of(node);
        if (branch->other == ENDS && branch->at <= most)
            found = branch->child[0];
        node = branch->child[side(branch, text, size)];
    }
    return found;
}

Segment *segments_find(const Tree *tree, const uint8_t *text, size_t size)
{
    if (tree->root == NULL)
        return NULL;
    Segment *segment = nearest(tree, text, size);
    if (size >= segment->size && memcmp(segment->bytes, text, segment->size) == 0)
        return segment;
    return shorter(tree, text, size, common(segment, text, size));
}

static Segment *make_segment(const uint8_t *bytes, size_t size, Hole hole, uint8_t stop)
{
    Segment *segment = calloc(1, sizeof *segment);
    if (segment == NULL)
        return NULL;
    segment->bytes = malloc(size ? size : 1);
    if (segment->bytes == NULL) {
        free(segment);
        return NULL;
    }
    memcpy(segment->bytes, bytes, size);
    segment->size = size;
    segment->hole = hole;
    segment->stop = stop;
    segment->slot = -1;
    return segment;
}

/* Puts a segment into a tree that holds one which differs from it at a byte, or has or lacks that byte. */
static int insert(Tree *tree, Segment *segment, const Segment *like, size_t at)
{
    Branch *branch = malloc(sizeof *branch);
    if (branch == NULL)
        return 0;
    branch->at = at;
    branch->other = ENDS;
    if (at < like->size && at < segment->size) {
        uint8_t differing = (uint8_t)(like->bytes[at] ^ segment->bytes[at]);
        while (differing & (differing - 1))
            differing &= (uint8_t)(differing - 1);
        branch->other = (uint8_t)~differing;
    }
    int mine = side(branch, segment->bytes, segment->size);
    void **place = &tree->root;
    while (is_branch(*place)) {
        Branch *above = branch_of(*place);
        if (above->at > at || (above->at == at && above->other > branch->other))
            break;
        place = &above->child[side(above, segment->bytes, segment->size)];
    }
    branch->child[mine] = segment;
    branch->child[1 - mine] = *place;
    *place = (void *)((uintptr_t)branch + 1);
    return 1;
}

Segment *segments_add(Tree *tree, const uint8_t *bytes, size_t size, Hole hole, uint8_t stop, int *refused)
{
    *refused = 0;
    Segment *like = tree->root != NULL ? nearest(tree, bytes, size) : NULL;
    size_t at = like != NULL ? common(like, bytes, size) : 0;
    if (like != NULL && at == size && at == like->size) {
        *refused = like->hole != hole || like->stop != stop;
        return *refused ? NULL : like;
    }
    Segment *segment = make_segment(bytes, size, hole, stop);
    if (segment == NULL)
        return NULL;
    if (like == NULL) {
        tree->root = segment;
    } else if (!insert(tree, segment, like, at)) {
        free(segment->bytes);
        free(segment);
        return NULL;
    }
    return segment;
}

static int is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static int is_hex(uint8_t byte)
{
    return is_digit(byte) || ((byte | 32) >= 'a' && (byte | 32) <= 'f');
}

static int is_of_value(uint8_t byte)
{
    switch (byte) {
    case 'x': case ' ': case ',': case '{': case '}': case '.': case '?': case '_':
        return 1;
    default:
        return is_hex(byte);
    }
}

/* Whether a number may have so many digits. */
static int has_size(const Segment *segment, size_t size)
{
    if (segment->stop & EXACTLY)
        return size == (size_t)(segment->stop ^ EXACTLY);
    return size && (!segment->stop || size <= segment->stop);
}

const uint8_t *hole_end(const Segment *segment, const uint8_t *from, const uint8_t *to)
{
    const uint8_t *at = from, *line;
    switch (segment->hole) {
    case DIGITS_HOLE:
        while (at < to && is_digit(*at))
            at++;
        return has_size(segment, (size_t)(at - from)) ? at : NULL;
    case HEX_HOLE:
        while (at < to && is_hex(*at))
            at++;
        return has_size(segment, (size_t)(at - from)) ? at : NULL;
    case VALUES_HOLE:
        while (at < to && is_of_value(*at))
            at++;
        return at;
    case TEXT_HOLE:
        line = from < to ? memchr(from, '\n', (size_t)(to - from)) : NULL;
        if (line == NULL || segment->stop == '\n')
            return line;
        return memchr(from, segment->stop, (size_t)(line - from));
    case END:
        break;
    }
    return from;
}

static void clear_segment(Segment *segment)
{
    segments_clear(&segment->next);
    free(segment->bytes);
    free(segment);
}

void segments_clear(Tree *tree)
{
    /* A tree can be as deep as it has segments: branches wait in a list through their first child. */
    void *waiting = tree->root;
    tree->root = NULL;
    while (waiting != NULL) {
        if (!is_branch(waiting)) {
            clear_segment(waiting);
            return;
        }
        Branch *branch = branch_of(waiting);
        void *left = branch->child[0];
        if (is_branch(left)) {
            /* Rotate, so that the left side is in the end a segment. */
            Branch *lower = branch_of(left);
            branch->child[0] = lower->child[1];
            lower->child[1] = waiting;
            waiting = left;
        } else {
            clear_segment(left);
            waiting = branch->child[1];
            free(branch);
        }
    }
}
