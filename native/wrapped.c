/* Counting traces in lines that a carrier wraps, those of several writers between each other. */
#include "counter.h"

#include <stdlib.h>
#include <string.h>

#define MOST_LINES 1024
#define MOST_UNWRAPPED (256 << 10)
#define MOST_HEAD (4 * LONGEST_PATTERN)

/* Where a line ends that is of another writer than the one of a shape; NULL where that is not known. */
static const uint8_t *foreign_line(const Counter *counter, const Shape *shape, const uint8_t *from,
                                   const uint8_t *to)
{
    Bytes text, printed;
    const uint8_t *behind;
    for (size_t each = 0; each < counter->shapes_count; each++)
        if (unwrap_line(counter->shapes + each, from, to, &text, &behind, &printed))
            return counter->shapes[each].writer == shape->writer ? NULL : behind;
    return NULL;
}

static int append(Unwrapped *unwrapped, size_t line, const uint8_t *data, Bytes text)
{
    if (unwrapped->places == NULL) {
        unwrapped->places = malloc(MOST_LINES * sizeof *unwrapped->places);
        if (unwrapped->places == NULL)
            return -1;
    }
    if (unwrapped->size + text.size + 1 > unwrapped->room) {
        size_t room = (unwrapped->size + text.size + 1) * 2;
        uint8_t *bytes = realloc(unwrapped->bytes, room);
        if (bytes == NULL)
            return -1;
        unwrapped->bytes = bytes;
        unwrapped->room = room;
    }
    memcpy(unwrapped->bytes + unwrapped->size, text.bytes, text.size);
    unwrapped->bytes[unwrapped->size + text.size] = '\n';
    unwrapped->places[unwrapped->lines++] = (Place){line, (size_t)(text.bytes - data), unwrapped->size};
    unwrapped->size += text.size + 1;
    return 0;
}

/* The text of a writer's lines from an offset up to its next record, that record included. 0 where there is none,
 * -1 when memory is out. */
static int unwrap_block(Counter *counter, const Shape *shape, size_t line)
{
    const uint8_t *data = counter->chunk.data, *from = data + line, *to = data + counter->chunk.size;
    const uint8_t *behind;
    Unwrapped *unwrapped = &counter->unwrapped;
    Bytes text, printed;
    unwrapped->size = unwrapped->lines = 0;
    unwrapped->apart = 0;
    while (unwrapped->lines < MOST_LINES && (size_t)(from - data) - line < MOST_UNWRAPPED) {
        if (!unwrap_line(shape, from, to, &text, &behind, &printed)) {
            behind = foreign_line(counter, shape, from, to);
            if (behind == NULL)
                return 0;
            unwrapped->apart = 1;
        } else if (append(unwrapped, (size_t)(from - data), data, text) < 0) {
            return -1;
        } else if (unwrapped->lines > 1 && records_find(&counter->records, text.bytes, text.size)) {
            return 1;
        }
        from = behind;
    }
    return 0;
}

/* The anchors passed in a text that was unwrapped; 0 where one stands elsewhere at which it was not tried to read. */
static int passed_in(const Passed *passed, const Unwrapped *unwrapped, Passed *inside)
{
    inside->count = 0;
    for (size_t each = 0; each < passed->count; each++) {
        size_t line = unwrapped->lines;
        while (line > 0 && unwrapped->places[line - 1].text > passed->at[each])
            line--;
        size_t end = line < unwrapped->lines ? unwrapped->places[line].bare : unwrapped->size;
        const Place *place = unwrapped->places + (line ? line - 1 : 0);
        size_t at = place->bare + passed->at[each] - place->text;
        if (line > 0 && at < end)
            pass_by(inside, passed->anchor[each], at);
        else if (each >= passed->asked)
            return 0;
    }
    return 1;
}

/* Where a writer's line before one of its lines starts; 0 where that cannot be told, or is of its last trace. */
static size_t own_line_before(const Counter *counter, const Shape *shape, size_t line, Bytes *text,
                              Bytes *printed)
{
    const uint8_t *data = counter->chunk.data, *behind;
    int64_t floor = counter->floors[shape->writer];
    size_t lowest = line > counter->look_back ? line - counter->look_back : 0;
    for (size_t at = line; at > 0;) {
        size_t before = line_start(data, lowest, at - 1);
        if (before == 0 || counter->chunk.base + (int64_t)before < floor)
            return 0;
        if (unwrap_line(shape, data + before, data + at, text, &behind, printed))
            return before;
        if (foreign_line(counter, shape, data + before, data + at) == NULL)
            return 0;
        at = before;
    }
    return 0;
}

/* Where the writer's lines end of a trace whose anchor stands in a line, or that line, where those of others
 * are between them; 0 where it is to be read, -1 when memory is out. */
static int64_t take_shaped(Counter *counter, const Start *known, const Shape *shape, size_t anchor,
                           Bytes logged, Bytes printed, const Passed *passed)
{
    Bytes ignored;
    Moment moment;
    size_t line = anchor;
    for (size_t lines = known->lines_before; lines && line; lines--)
        line = own_line_before(counter, shape, line, &logged, &printed);
    if (line == 0 || (!known->in_record && own_line_before(counter, shape, line, &logged, &ignored) == 0))
        return 0;
    const TimeSpan *time = shape->head_time.end ? &shape->head_time : &shape->tail_time;
    if (!records_find(&counter->records, logged.bytes, logged.size) || !counter_may_log(counter, known, logged) ||
        !(time->end ? dates_read(counter->records.dates, printed.bytes, printed.size, time->seconds, &moment)
                    : records_time(&counter->records, logged, &moment)) ||
        (known->in_record && !moment.size))
        return 0;
    Unwrapped *unwrapped = &counter->unwrapped;
    int done = unwrap_block(counter, shape, line);
    if (done <= 0)
        return done;
    size_t end;
    Passed inside;
    if (!passed_in(passed, unwrapped, &inside))
        return 0;
    int slot = traces_match(&counter->traces, known, unwrapped->bytes, unwrapped->size, &inside, &end);
    const Place *last = unwrapped->places + unwrapped->lines - 1;
    /* The record that was met must be the one behind the trace. */
    if (slot < 0 || end != last->bare)
        return 0;
    if (!counter_count(counter, slot, &moment, line))
        return 0;
    counter->floors[shape->writer] = counter->chunk.base + (int64_t)last->line;
    return (int64_t)(unwrapped->apart ? anchor + 1 : last->line);
}

int counter_is_dealt_with(const Counter *counter, size_t at)
{
    const Chunk *chunk = &counter->chunk;
    if (!counter->mixed || !counter->shapes_count)
        return 0;
    size_t line = line_start(chunk->data, at > MOST_HEAD ? at - MOST_HEAD : 0, at);
    for (size_t each = 0; line && each < counter->shapes_count; each++) {
        const Shape *shape = counter->shapes + each;
        Bytes text, printed;
        const uint8_t *behind;
        if (unwrap_line(shape, chunk->data + line, chunk->data + chunk->size, &text, &behind, &printed))
            return chunk->base + (int64_t)line < counter->floors[shape->writer];
    }
    return 0;
}

int64_t counter_take_wrapped(Counter *counter, const Start *known, size_t start, const Passed *passed)
{
    const Chunk *chunk = &counter->chunk;
    const uint8_t *data = chunk->data, *behind;
    size_t line = line_start(data, start > MOST_HEAD ? start - MOST_HEAD : 0, start);
    if (line == 0)
        return 0;
    for (size_t each = 0; each < counter->shapes_count; each++) {
        const Shape *shape = counter->shapes + each;
        Bytes text, printed = {NULL, 0};
        if (!unwrap_line(shape, data + line, data + chunk->size, &text, &behind, &printed))
            continue;
        if (chunk->base + (int64_t)line < counter->floors[shape->writer])
            return passed->count > passed->asked ? 0 : behind - data;
        int in_same_line = known->in_record && known->lines_before == 0;
        if (text.bytes + known->column != data + start && !in_same_line)
            return 0;
        return take_shaped(counter, known, shape, line, text, printed, passed);
    }
    return 0;
}
