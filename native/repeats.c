/* The hot path of a scan: most traces of a log that is full of them were seen before.
 *
 * Nothing here knows what a trace looks like. What was read once tells which bytes are the same in the next
 * occurrence (the segments of a skeleton), which may vary (the holes between them), how the log line before a
 * trace and behind it starts, and how a carrier wraps lines. Where all of that is met again, the trace is
 * counted; where anything is in doubt, the hit is handed back to be read.
 */
#include "repeats.h"

#include <stdlib.h>
#include <string.h>

#define MOST_LINES 1024
#define MOST_UNWRAPPED (256 << 10)
#define DEEPEST 256
#define MOST_HEAD (4 * LONGEST_PATTERN)

static int is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Where the last line end between two offsets stands, plus one; 0 where there is none. */
static size_t line_start(const uint8_t *data, size_t from, size_t to)
{
    while (to > from)
        if (data[--to] == '\n')
            return to + 1;
    return 0;
}

/* The record that text starts with, or NULL. */
static const Record *find_record(const Repeats *repeats, const uint8_t *text, size_t size)
{
    for (size_t each = 0; each < repeats->records_count; each++) {
        const Record *record = repeats->records + each;
        const uint8_t *pattern = record->prefix.bytes;
        size_t at = 0;
        if (record->prefix.size > size)
            continue;
        while (at < record->prefix.size &&
               (text[at] == pattern[at] || (pattern[at] == DIGIT && is_digit(text[at]))))
            at++;
        if (at < record->prefix.size)
            continue;
        /* Behind a time a space may be followed by what would belong to the time. */
        if (record->time.end && text[at - 1] == ' ' &&
            (at == size || is_digit(text[at]) || strchr(" +-ZUG\n", text[at])))
            continue;
        return record;
    }
    return NULL;
}

/* Where a line ends that is of another writer than the one of a shape; NULL where that is not known. */
static const uint8_t *foreign_line(const Repeats *repeats, const Shape *shape, const uint8_t *from,
                                   const uint8_t *to)
{
    Bytes text, printed;
    const uint8_t *behind;
    for (size_t each = 0; each < repeats->shapes_count; each++)
        if (unwrap_line(repeats->shapes + each, from, to, &text, &behind, &printed))
            return repeats->shapes[each].writer == shape->writer ? NULL : behind;
    return NULL;
}

static int append(Unwrapped *unwrapped, size_t start, Bytes text)
{
    if (unwrapped->starts == NULL) {
        unwrapped->starts = malloc(MOST_LINES * sizeof *unwrapped->starts);
        if (unwrapped->starts == NULL)
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
    unwrapped->size += text.size + 1;
    unwrapped->starts[unwrapped->lines++] = start;
    return 0;
}

/* The text of a writer's lines from an offset up to its next record, that record included. 0 where there is none,
 * -1 when memory is out. */
static int unwrap_block(Repeats *repeats, const Shape *shape, size_t line)
{
    const uint8_t *data = repeats->chunk.data, *from = data + line, *to = data + repeats->chunk.size;
    const uint8_t *behind;
    Unwrapped *unwrapped = &repeats->unwrapped;
    Bytes text, printed;
    unwrapped->size = unwrapped->lines = 0;
    unwrapped->apart = 0;
    while (unwrapped->lines < MOST_LINES && (size_t)(from - data) - line < MOST_UNWRAPPED) {
        if (!unwrap_line(shape, from, to, &text, &behind, &printed)) {
            behind = foreign_line(repeats, shape, from, to);
            if (behind == NULL)
                return 0;
            unwrapped->apart = 1;
        } else if (append(unwrapped, (size_t)(from - data), text) < 0) {
            return -1;
        } else if (unwrapped->lines > 1 && find_record(repeats, text.bytes, text.size)) {
            return 1;
        }
        from = behind;
    }
    return 0;
}

/* Whether one of some literals stands between two pointers, so that the trace is to be read. */
static int doubtful(const Repeats *repeats, uint32_t doubts, const uint8_t *from, const uint8_t *to)
{
    for (uint32_t left = doubts; left; left &= left - 1) {
        const OwnBytes *doubt = repeats->doubts + __builtin_ctz(left);
        for (const uint8_t *at = from; (size_t)(to - at) >= doubt->size; at++)
            if (memcmp(at, doubt->bytes, doubt->size) == 0)
                return 1;
    }
    return 0;
}

/* The slot of the trace that starts with text, and where it ends; -1 where it is to be read. */
static int match_trace(const Repeats *repeats, const Tree *tree, const uint8_t *text, size_t size, size_t *end)
{
    const uint8_t *at = text, *to = text + size, *behind;
    for (int depth = 0; depth < DEEPEST; depth++) {
        const Segment *segment = segments_find(tree, at, (size_t)(to - at));
        if (segment == NULL)
            return -1;
        at += segment->size;
        if (segment->hole == END) {
            *end = (size_t)(at - text);
            return find_record(repeats, at, (size_t)(to - at)) ? segment->slot : -1;
        }
        behind = hole_end(segment, at, to);
        if (behind == NULL || doubtful(repeats, segment->doubts, at, behind))
            return -1;
        at = behind;
        tree = &segment->next;
    }
    return -1;
}

static int later(const Moment *one, const Moment *other)
{
    if (one->at != other->at)
        return one->at > other->at;
    size_t shared = one->size < other->size ? one->size : other->size;
    int order = memcmp(one->text, other->text, shared);
    return order ? order > 0 : one->size > other->size;
}

static int64_t seconds_of(const Moment *moment)
{
    return moment->at / 1000000000 - (moment->at % 1000000000 < 0);
}

static void count(Repeats *repeats, Slot *slot, const Moment *moment, size_t offset)
{
    if (moment->size ? moment->at < repeats->since || moment->at > repeats->until : !repeats->undated)
        return;
    slot->count++;
    if (moment->size) {
        if (!slot->earliest.size || later(&slot->earliest, moment))
            slot->earliest = *moment;
        if (!slot->latest.size || later(moment, &slot->latest))
            slot->latest = *moment;
        timeline_add(&slot->timeline, seconds_of(moment));
    }
    if (slot->sources_count < MOST_SOURCES) {
        Chunk *chunk = &repeats->chunk;
        if (offset > chunk->counted) {
            chunk->lines += (int64_t)count_line_ends(chunk->data + chunk->counted, chunk->data + offset);
            chunk->counted = offset;
        }
        slot->sources[slot->sources_count++] = (Source){chunk->file, chunk->lines, chunk->base + (int64_t)offset};
    }
}

/* Where the line before an offset starts, if it is not of a trace of that writer; 0 where it cannot be told. */
static size_t line_before(const Repeats *repeats, size_t line, int64_t floor)
{
    size_t lowest = line > repeats->look_back ? line - repeats->look_back : 0;
    int64_t from = floor - repeats->chunk.base;
    if (from > (int64_t)line)
        return 0;
    if (from > 0 && (size_t)from - 1 > lowest)
        lowest = (size_t)from - 1;
    return line ? line_start(repeats->chunk.data, lowest, line - 1) : 0;
}

/* Whether a line certainly holds no time: no clock, and no seconds since 1970. */
static int is_undated(const uint8_t *text, size_t size)
{
    for (size_t at = 0, digits = 0; at < size; at++) {
        if (text[at] == ':' && digits && at + 1 < size && is_digit(text[at + 1]))
            return 0;
        digits = is_digit(text[at]) ? digits + 1 : 0;
        if (digits > 9)
            return 0;
    }
    return 1;
}

/* Whether it is known when a log line was written, or that it does not say. */
static int time_of_record(const Repeats *repeats, const Record *record, Bytes line, Moment *moment)
{
    const TimeSpan *time = &record->time;
    moment->size = 0;
    if (!time->end)
        return is_undated(line.bytes, line.size);
    return dates_read(repeats->dates, line.bytes + time->start, time->end - time->start, time->seconds,
                        moment);
}

/* The same for a line; 0 also where it starts no known record. */
static int time_of_line(const Repeats *repeats, Bytes line, Moment *moment)
{
    const Record *record = find_record(repeats, line.bytes, line.size);
    return record != NULL && time_of_record(repeats, record, line, moment);
}

int repeats_knows(const Repeats *repeats, Bytes text, int dated)
{
    Moment moment;
    if (!dated)
        return find_record(repeats, text.bytes, text.size) != NULL;
    const uint8_t *end = line_end(text.bytes, text.bytes + text.size);
    if (end != NULL)
        text.size = (size_t)(end - text.bytes);
    return time_of_line(repeats, text, &moment);
}

/* Whether a line may be the log record of a trace. */
static int is_logged(const Repeats *repeats, const Start *known, Bytes line)
{
    return known->in_record || !doubtful(repeats, known->doubts, line.bytes, line.bytes + line.size);
}

/* Where a bare trace ends whose anchor stands at an offset; 0 where it is to be read. */
static size_t take_bare(Repeats *repeats, const Start *known, size_t anchor)
{
    const Chunk *chunk = &repeats->chunk;
    size_t end, start = anchor;
    for (size_t lines = known->lines_before; lines && start; lines--)
        start = line_before(repeats, start, repeats->floors[0]);
    size_t before = start && !known->in_record ? line_before(repeats, start, repeats->floors[0]) : start;
    const uint8_t *record_end = line_end(chunk->data + before, chunk->data + chunk->size);
    Moment moment;
    if (before == 0 || record_end == NULL)
        return 0;
    Bytes line = {chunk->data + before, (size_t)(record_end - chunk->data) - before};
    if (!is_logged(repeats, known, line) || !time_of_line(repeats, line, &moment))
        return 0;
    size_t limit = chunk->size - start < repeats->longest ? chunk->size - start : repeats->longest;
    int slot = match_trace(repeats, &known->tree, chunk->data + start, limit, &end);
    if (slot < 0)
        return 0;
    count(repeats, repeats->slots + slot, &moment, start);
    repeats->floors[0] = chunk->base + (int64_t)(start + end);
    return start + end;
}

/* Where a writer's line before one of its lines starts; 0 where that cannot be told, or is of its last trace. */
static size_t own_line_before(const Repeats *repeats, const Shape *shape, size_t line, Bytes *text,
                              Bytes *printed)
{
    const uint8_t *data = repeats->chunk.data, *behind;
    int64_t floor = repeats->floors[shape->writer];
    size_t lowest = line > repeats->look_back ? line - repeats->look_back : 0;
    for (size_t at = line; at > 0;) {
        size_t before = line_start(data, lowest, at - 1);
        if (before == 0 || repeats->chunk.base + (int64_t)before < floor)
            return 0;
        if (unwrap_line(shape, data + before, data + at, text, &behind, printed))
            return before;
        if (foreign_line(repeats, shape, data + before, data + at) == NULL)
            return 0;
        at = before;
    }
    return 0;
}

/* Where the writer's lines end of a trace whose anchor stands in a line, or that line, where those of others
 * are between them; 0 where it is to be read, -1 when memory is out. */
static int64_t take_shaped(Repeats *repeats, const Start *known, const Shape *shape, size_t anchor, Bytes printed)
{
    Bytes logged = {NULL, 0}, ignored;
    Moment moment;
    size_t line = anchor;
    for (size_t lines = known->lines_before; lines && line; lines--)
        line = own_line_before(repeats, shape, line, &logged, &printed);
    if (line == 0 || (!known->in_record && own_line_before(repeats, shape, line, &logged, &ignored) == 0))
        return 0;
    const TimeSpan *time = shape->head_time.end ? &shape->head_time : &shape->tail_time;
    if (!find_record(repeats, logged.bytes, logged.size) || !is_logged(repeats, known, logged) ||
        !(time->end ? dates_read(repeats->dates, printed.bytes, printed.size, time->seconds, &moment)
                    : time_of_line(repeats, logged, &moment)))
        return 0;
    Unwrapped *unwrapped = &repeats->unwrapped;
    int done = unwrap_block(repeats, shape, line);
    if (done <= 0)
        return done;
    size_t end;
    int slot = match_trace(repeats, &known->tree, unwrapped->bytes, unwrapped->size, &end);
    size_t last = unwrapped->starts[unwrapped->lines - 1];
    /* The record that was met must be the one behind the trace. */
    if (slot < 0 || end != line_start(unwrapped->bytes, 0, unwrapped->size - 1))
        return 0;
    count(repeats, repeats->slots + slot, &moment, line);
    repeats->floors[shape->writer] = repeats->chunk.base + (int64_t)last;
    return (int64_t)(unwrapped->apart ? anchor + 1 : last);
}

/* The same for an anchor at an offset. What is of a trace that was dealt with is passed over. */
static int64_t take_wrapped(Repeats *repeats, const Start *known, size_t start)
{
    const Chunk *chunk = &repeats->chunk;
    const uint8_t *data = chunk->data, *behind;
    size_t line = line_start(data, start > MOST_HEAD ? start - MOST_HEAD : 0, start);
    if (line == 0)
        return 0;
    for (size_t each = 0; each < repeats->shapes_count; each++) {
        const Shape *shape = repeats->shapes + each;
        Bytes text, printed = {NULL, 0};
        if (!unwrap_line(shape, data + line, data + chunk->size, &text, &behind, &printed))
            continue;
        if (chunk->base + (int64_t)line < repeats->floors[shape->writer])
            return behind - data;
        return text.bytes == data + start ? take_shaped(repeats, known, shape, line, printed) : 0;
    }
    return 0;
}

int repeats_add_shape(Repeats *repeats, const Shape *shape)
{
    if (repeats->shapes_count == MOST_SHAPES)
        return 0;
    for (size_t each = 0; each < repeats->shapes_count; each++)
        if (may_both_match(repeats->shapes + each, shape))
            repeats->ambiguous = 1;
    repeats->shapes[repeats->shapes_count++] = *shape;
    return 1;
}

Start *repeats_start(Repeats *repeats, size_t anchor, size_t lines_before, int in_record)
{
    for (size_t each = 0; each < repeats->starts_count; each++) {
        Start *known = repeats->starts + each;
        if (known->anchor == anchor && known->lines_before == lines_before && known->in_record == in_record)
            return known;
    }
    if (repeats->starts_count == MOST_STARTS || (in_record && lines_before == 0))
        return NULL;
    Start *start = repeats->starts + repeats->starts_count++;
    *start = (Start){anchor, lines_before, in_record, 0, {NULL}};
    repeats->used[anchor] = 1;
    return start;
}

/* Where a trace ends that stands at an anchor; 0 where it is to be read, -1 when memory is out. */
static int64_t take(Repeats *repeats, size_t anchor, size_t at)
{
    int bare = at > 0 && repeats->chunk.data[at - 1] == '\n';
    for (size_t each = 0; each < repeats->starts_count; each++) {
        const Start *known = repeats->starts + each;
        int64_t end = 0;
        if (known->anchor != anchor || known->tree.root == NULL)
            continue;
        if (repeats->shapes_count)
            end = take_wrapped(repeats, known, at);
        else if (bare)
            end = (int64_t)take_bare(repeats, known, at);
        if (end)
            return end;
    }
    return 0;
}

int64_t repeats_next(Repeats *repeats, size_t floor)
{
    while (repeats->next_hit < repeats->hits.count) {
        int64_t hit = repeats->hits.items[repeats->next_hit++];
        size_t at = (size_t)(hit >> CODE_BITS), anchor = (size_t)(hit & (MOST_LITERALS - 1));
        if (at < floor || at < repeats->behind)
            continue;
        if (!repeats->used[anchor] || repeats->ambiguous)
            return hit;
        int64_t end = take(repeats, anchor, at);
        if (end < 0)
            return -2;
        if (end == 0)
            return hit;
        repeats->behind = (size_t)end;
    }
    return -1;
}
