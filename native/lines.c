/* Lines as carriers wrap them: what was learnt of one takes others of its writer apart. */
#include "lines.h"

#include <string.h>

static int is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

const uint8_t *line_end(const uint8_t *from, const uint8_t *to)
{
    return from < to ? memchr(from, '\n', (size_t)(to - from)) : NULL;
}

/* Where a text that a pattern matches ends, or NULL; sets where its time stands. */
static const uint8_t *match(const Pattern *pattern, const TimeSpan *time, const uint8_t *from,
                            const uint8_t *to, Bytes *printed)
{
    const uint8_t *start = from;
    for (size_t at = 0; at < pattern->size; at++) {
        if (time->end && at == time->start)
            start = from;
        if (from >= to)
            return NULL;
        if (pattern->bytes[at] == DIGITS) {
            if (!is_digit(*from))
                return NULL;
            while (from < to && is_digit(*from))
                from++;
        } else if (*from++ != pattern->bytes[at]) {
            return NULL;
        }
        if (time->end && at + 1 == time->end)
            *printed = (Bytes){start, (size_t)(from - start)};
    }
    return from;
}

/* Where the text of a JSON string ends: at its end, or at an escaped line end or control character. */
static const uint8_t *string_end(const uint8_t *from, const uint8_t *to)
{
    for (; from < to && *from != '"' && *from != '\r'; from++) {
        if (*from != '\\')
            continue;
        if (to - from < 2 || from[1] == 'n' || from[1] == 'r')
            break;
        if (from[1] == 'u' && to - from > 4 && from[2] == '0' && from[3] == '0' &&
            (from[4] == '0' || from[4] == '1'))
            break;
        from++;
    }
    return from;
}

Fit unwrap_line(const Shape *shape, const uint8_t *from, const uint8_t *to, Bytes *text, const uint8_t **behind,
                Bytes *printed)
{
    const uint8_t *inner = match(&shape->head, &shape->head_time, from, to, printed);
    if (inner == NULL)
        return OTHER_HEAD;
    const uint8_t *end = line_end(inner, to);
    if (end == NULL || end[-1] == '\r')
        return OTHER_REST;
    *behind = end + 1;
    if (!shape->escaped) {
        *text = (Bytes){inner, (size_t)(end - inner)};
        return memchr(inner, '\r', text->size) == NULL ? FITS : OTHER_REST;
    }
    const uint8_t *close = string_end(inner, end);
    if (match(&shape->tail, &shape->tail_time, close, end, printed) != end)
        return OTHER_REST;
    *text = (Bytes){inner, (size_t)(close - inner)};
    return FITS;
}

int may_both_match(const Shape *one, const Shape *other)
{
    const Pattern *a = &one->head, *b = &other->head;
    size_t shared = a->size < b->size ? a->size : b->size, at = 0;
    while (at < shared && a->bytes[at] == b->bytes[at])
        at++;
    if (at < shared && a->bytes[at] != DIGITS && b->bytes[at] != DIGITS)
        return 0;
    return one->tail.size == other->tail.size &&
           memcmp(one->tail.bytes, other->tail.bytes, one->tail.size) == 0;
}
