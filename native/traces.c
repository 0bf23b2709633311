#include "traces.h"

#include <stdlib.h>
#include <string.h>

#define MOST_HOLES 256

void pass_by(Passed *passed, size_t anchor, size_t at)
{
    passed->anchor[passed->count] = anchor;
    passed->at[passed->count++] = at;
}

int traces_init(Traces *traces, const Finder *finder)
{
    traces->anchors = finder->count;
    traces->literals = finder->literals;
    traces->used = calloc(finder->count + 1, 1);
    return traces->used == NULL ? -1 : 0;
}

void traces_free(Traces *traces)
{
    traces_forget(traces);
    free(traces->used);
    for (size_t each = 0; each < traces->doubts_count; each++)
        free(traces->doubts[each].bytes);
}

void traces_forget(Traces *traces)
{
    for (size_t each = 0; each < traces->starts_count; each++)
        segments_clear(&traces->starts[each].tree);
}

Start *traces_start(Traces *traces, const Start *wanted)
{
    for (size_t each = 0; each < traces->starts_count; each++) {
        Start *known = traces->starts + each;
        if (known->anchor == wanted->anchor && known->lines_before == wanted->lines_before &&
            known->column == wanted->column && known->in_record == wanted->in_record &&
            known->before == wanted->before)
            return known;
    }
    if (traces->starts_count == MOST_STARTS)
        return NULL;
    traces->used[wanted->anchor] = 1;
    traces->starts[traces->starts_count] = *wanted;
    return traces->starts + traces->starts_count++;
}

int traces_doubt(Traces *traces, const uint8_t *bytes, size_t size)
{
    for (size_t each = 0; each < traces->doubts_count; each++)
        if (traces->doubts[each].size == size && memcmp(traces->doubts[each].bytes, bytes, size) == 0)
            return (int)each;
    if (traces->doubts_count == MOST_DOUBTS || size == 0)
        return -1;
    uint8_t *copy = malloc(size);
    if (copy == NULL)
        return -1;
    memcpy(copy, bytes, size);
    traces->doubts[traces->doubts_count] = (OwnBytes){copy, size};
    return (int)traces->doubts_count++;
}

/* An anchor with the content of a hole, in which any number stands for all; never 0. */
static uint64_t refusal(size_t anchor, const uint8_t *bytes, size_t size)
{
    uint64_t hash = 14695981039346656037u ^ anchor; /* FNV-1a */
    int digits = 0;
    for (size_t at = 0; at < size; at++) {
        int digit = bytes[at] >= '0' && bytes[at] <= '9';
        if (!digit || !digits)
            hash = (hash ^ (digit ? '0' : bytes[at])) * 1099511628211u;
        digits = digit;
    }
    return hash | 1;
}

static size_t place_of(const Traces *traces, uint64_t hash)
{
    size_t at = (hash ^ hash >> 32) % REFUSALS;
    while (traces->refusals[at] && traces->refusals[at] != hash)
        at = (at + 1) % REFUSALS;
    return at;
}

void traces_refuse(Traces *traces, size_t anchor, const uint8_t *bytes, size_t size)
{
    uint64_t hash = refusal(anchor, bytes, size);
    size_t at = place_of(traces, hash);
    if (traces->refusals[at] || traces->refusals_count >= REFUSALS / 2)
        return;
    traces->refusals[at] = hash;
    traces->refusals_count++;
}

int traces_doubtful(const Traces *traces, uint32_t doubts, const uint8_t *from, const uint8_t *to)
{
    for (uint32_t left = doubts; left; left &= left - 1) {
        const OwnBytes *doubt = traces->doubts + __builtin_ctz(left);
        for (const uint8_t *at = from; (size_t)(to - at) >= doubt->size; at++)
            if (memcmp(at, doubt->bytes, doubt->size) == 0)
                return 1;
    }
    return 0;
}

/* Whether nothing is read at the anchors passed that start before a hole's end; sets how many those are. */
static int are_refused(const Traces *traces, const Passed *passed, size_t *done, size_t hole, size_t end,
                       const uint8_t *text)
{
    for (; *done < passed->count && passed->at[*done] < end; ++*done) {
        size_t anchor = passed->anchor[*done], behind = passed->at[*done] + traces->literals[anchor].size;
        if (behind <= hole)
            continue;
        if (behind > end || !traces->refusals[place_of(traces, refusal(anchor, text + hole, end - hole))])
            return 0;
    }
    return 1;
}

int traces_match(const Traces *traces, const Start *start, const uint8_t *text, size_t size,
                 const Passed *passed, size_t *end)
{
    const Tree *tree = &start->tree;
    const uint8_t *at = text, *to = text + size, *behind;
    size_t done = 0;
    for (int holes = 0; holes < MOST_HOLES; holes++) {
        const Segment *segment = segments_find(tree, at, (size_t)(to - at));
        if (segment == NULL)
            return -1;
        at += segment->size;
        behind = hole_end(segment, at, to);
        if (behind == NULL || (segment->doubts && traces_doubtful(traces, segment->doubts, at, behind)))
            return -1;
        if (done < passed->count &&
            !are_refused(traces, passed, &done, (size_t)(at - text), (size_t)(behind - text), text))
            return -1;
        at = behind;
        if (segment->hole == END) {
            *end = (size_t)(at - text);
            return done == passed->count ? segment->slot : -1;
        }
        tree = &segment->next;
    }
    return -1;
}
