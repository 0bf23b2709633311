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
#define MOST_HEAD (4 * LONGEST_PATTERN)
#define LEAST_WINDOW 256
#define MOST_WINDOW (16 << 10)
#define MOST_BETWEEN (4 << 10) /* bytes from a trace's first anchor to the one by which it is found */

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

/* Whether what follows a time and a space may belong to the time: a zone, a year. */
static int may_be_of_time(const uint8_t *text, size_t size)
{
    static const char *const zones[] = {"Z", "UTC", "GMT"};
    if (size == 0 || is_digit(text[0]) || strchr(" +-\n", text[0]))
        return 1;
    for (size_t each = 0; each < sizeof zones / sizeof *zones; each++) {
        size_t length = strlen(zones[each]);
        if (size >= length && memcmp(text, zones[each], length) == 0)
            return 1;
    }
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
        if (record->time.end && text[at - 1] == ' ' && may_be_of_time(text + at, size - at))
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
        } else if (append(unwrapped, (size_t)(from - data), data, text) < 0) {
            return -1;
        } else if (unwrapped->lines > 1 && find_record(repeats, text.bytes, text.size)) {
            return 1;
        }
        from = behind;
    }
    return 0;
}

/* The anchors passed in a text that starts at an offset of the data; 0 where one stands before it. */
static int passed_from(const Passed *passed, size_t start, Passed *inside)
{
    *inside = *passed;
    for (size_t each = 0; each < passed->count; each++) {
        if (passed->at[each] < start)
            return 0;
        inside->at[each] -= start;
    }
    return 1;
}

/* The same for a text that was unwrapped. */
static int passed_in(const Passed *passed, const Unwrapped *unwrapped, Passed *inside)
{
    *inside = *passed;
    for (size_t each = 0; each < passed->count; each++) {
        size_t line = unwrapped->lines;
        while (line > 0 && unwrapped->places[line - 1].text > passed->at[each])
            line--;
        size_t end = line < unwrapped->lines ? unwrapped->places[line].bare : unwrapped->size;
        if (line == 0)
            return 0;
        const Place *place = unwrapped->places + line - 1;
        inside->at[each] = place->bare + passed->at[each] - place->text;
        if (inside->at[each] >= end)
            return 0;
    }
    return 1;
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

/* The number of the line at an offset of the chunk, which may stand before where the counting has come to. */
static int64_t line_at(Chunk *chunk, size_t offset)
{
    const uint8_t *from = chunk->data + chunk->counted, *to = chunk->data + offset;
    if (to < from)
        return chunk->lines - (int64_t)count_line_ends(to, from);
    chunk->lines += (int64_t)count_line_ends(from, to);
    chunk->counted = offset;
    return chunk->lines;
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
        slot->sources[slot->sources_count++] =
            (Source){repeats->chunk.file, line_at(&repeats->chunk, offset), repeats->chunk.base + (int64_t)offset};
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
    return known->in_record || !known->doubts ||
           !traces_doubtful(&repeats->traces, known->doubts, line.bytes, line.bytes + line.size);
}

/* Where the line of an anchor starts; 0 where the anchor does not stand in it as it does in a known trace. */
static size_t first_place(const Repeats *repeats, const Start *known, size_t anchor)
{
    const uint8_t *data = repeats->chunk.data;
    if (known->in_record && known->lines_before == 0)
        return line_start(data, anchor > repeats->look_back ? anchor - repeats->look_back : 0, anchor);
    return anchor > known->column && data[anchor - known->column - 1] == '\n' ? anchor - known->column : 0;
}

/* Where a bare trace ends whose anchor stands at an offset; 0 where it is to be read. */
static size_t take_bare(Repeats *repeats, const Start *known, size_t anchor, const Passed *passed)
{
    const Chunk *chunk = &repeats->chunk;
    size_t end, start = first_place(repeats, known, anchor);
    for (size_t lines = known->lines_before; lines && start; lines--)
        start = line_before(repeats, start, repeats->floors[0]);
    size_t before = start && !known->in_record ? line_before(repeats, start, repeats->floors[0]) : start;
    const uint8_t *record_end = line_end(chunk->data + before, chunk->data + chunk->size);
    Moment moment;
    Passed inside;
    if (before == 0 || record_end == NULL || !passed_from(passed, start, &inside))
        return 0;
    Bytes line = {chunk->data + before, (size_t)(record_end - chunk->data) - before};
    if (!is_logged(repeats, known, line) || !time_of_line(repeats, line, &moment) ||
        (known->in_record && !moment.size))
        return 0;
    size_t limit = chunk->size - start < repeats->longest ? chunk->size - start : repeats->longest;
    int slot = traces_match(&repeats->traces, known, chunk->data + start, limit, &inside, &end);
    if (slot < 0 || !find_record(repeats, chunk->data + start + end, limit - end))
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
static int64_t take_shaped(Repeats *repeats, const Start *known, const Shape *shape, size_t anchor,
                           Bytes logged, Bytes printed, const Passed *passed)
{
    Bytes ignored;
    Moment moment;
    size_t line = anchor;
    for (size_t lines = known->lines_before; lines && line; lines--)
        line = own_line_before(repeats, shape, line, &logged, &printed);
    if (line == 0 || (!known->in_record && own_line_before(repeats, shape, line, &logged, &ignored) == 0))
        return 0;
    const TimeSpan *time = shape->head_time.end ? &shape->head_time : &shape->tail_time;
    if (!find_record(repeats, logged.bytes, logged.size) || !is_logged(repeats, known, logged) ||
        !(time->end ? dates_read(repeats->dates, printed.bytes, printed.size, time->seconds, &moment)
                    : time_of_line(repeats, logged, &moment)) ||
        (known->in_record && !moment.size))
        return 0;
    Unwrapped *unwrapped = &repeats->unwrapped;
    int done = unwrap_block(repeats, shape, line);
    if (done <= 0)
        return done;
    size_t end;
    Passed inside;
    if (!passed_in(passed, unwrapped, &inside))
        return 0;
    int slot = traces_match(&repeats->traces, known, unwrapped->bytes, unwrapped->size, &inside, &end);
    const Place *last = unwrapped->places + unwrapped->lines - 1;
    /* The record that was met must be the one behind the trace. */
    if (slot < 0 || end != last->bare)
        return 0;
    count(repeats, repeats->slots + slot, &moment, line);
    repeats->floors[shape->writer] = repeats->chunk.base + (int64_t)last->line;
    return (int64_t)(unwrapped->apart ? anchor + 1 : last->line);
}

/* The same for an anchor at an offset. What is of a trace that was dealt with is passed over. */
static int64_t take_wrapped(Repeats *repeats, const Start *known, size_t start, const Passed *passed)
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
            return passed->count ? 0 : behind - data;
        int in_same_line = known->in_record && known->lines_before == 0;
        if (text.bytes + known->column != data + start && !in_same_line)
            return 0;
        return take_shaped(repeats, known, shape, line, text, printed, passed);
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

/* Where a trace ends that is found by an anchor; 0 where it is to be read, -1 when memory is out. */
static int64_t take(Repeats *repeats, size_t anchor, size_t at, const Passed *passed)
{
    const Traces *traces = &repeats->traces;
    for (size_t each = 0; traces->used[anchor] && each < traces->starts_count; each++) {
        const Start *known = traces->starts + each;
        int64_t end = 0;
        if (known->anchor != anchor || known->tree.root == NULL)
            continue;
        if (repeats->shapes_count)
            end = take_wrapped(repeats, known, at, passed);
        else
            end = (int64_t)take_bare(repeats, known, at, passed);
        if (end)
            return end;
    }
    return 0;
}

static size_t offset_of(int64_t hit)
{
    return (size_t)(hit >> CODE_BITS);
}

static size_t anchor_of(int64_t hit)
{
    return (size_t)(hit & (MOST_LITERALS - 1));
}

void repeats_load(Repeats *repeats, const Chunk *chunk, size_t start, size_t stop)
{
    repeats->chunk = *chunk;
    repeats->hits.count = repeats->next_hit = repeats->behind = 0;
    repeats->searched = start;
    repeats->stop = stop;
    repeats->window = LEAST_WINDOW;
}

/* Searches some more of the chunk: only a little behind a trace, since what a known trace covers need not be
 * searched. 0 where all is searched, -1 when memory is out. */
static int search_on(Repeats *repeats)
{
    const Finder *finder = repeats->finder;
    size_t from = repeats->searched, left = repeats->stop - from, overlap = finder->longest - 1;
    size_t size = left < repeats->window ? left : repeats->window;
    size_t stop = left - size < overlap ? repeats->stop : from + size + overlap;
    if (from >= repeats->stop)
        return 0;
    if (finder_search(finder, repeats->chunk.data, from, stop, &repeats->hits) < 0)
        return -1;
    while (repeats->hits.count && offset_of(repeats->hits.items[repeats->hits.count - 1]) >= from + size)
        repeats->hits.count--;
    repeats->searched = from + size;
    repeats->window = repeats->window < MOST_WINDOW ? repeats->window * 2 : MOST_WINDOW;
    return 1;
}

/* Whether there is a hit so far behind the next one; -1 when memory is out. */
static int has_hit(Repeats *repeats, size_t ahead)
{
    while (repeats->next_hit + ahead >= repeats->hits.count) {
        size_t reached = repeats->searched;
        if (ahead && reached > offset_of(repeats->hits.items[repeats->next_hit]) + MOST_BETWEEN)
            return 0;
        if (!ahead)
            repeats->hits.count = repeats->next_hit = 0;
        int more = search_on(repeats);
        if (more <= 0)
            return more;
    }
    return 1;
}

/* Where a trace ends that is found by the next hit, or by one behind it which is the first of its anchors at that
 * something is read. */
static int64_t take_from(Repeats *repeats)
{
    Passed passed = {{0}, {0}, 0};
    size_t first = offset_of(repeats->hits.items[repeats->next_hit]);
    for (size_t each = 0; each <= MOST_PASSED; each++) {
        int found = has_hit(repeats, each);
        if (found < 0)
            return -1;
        int64_t hit = found ? repeats->hits.items[repeats->next_hit + each] : 0;
        if (!found || offset_of(hit) - first > MOST_BETWEEN)
            break;
        int64_t end = take(repeats, anchor_of(hit), offset_of(hit), &passed);
        if (end)
            return end;
        if (each < MOST_PASSED) {
            passed.anchor[each] = anchor_of(hit);
            passed.at[each] = offset_of(hit);
            passed.count++;
        }
    }
    return 0;
}

int64_t repeats_next(Repeats *repeats, size_t floor)
{
    size_t lowest = floor > repeats->behind ? floor : repeats->behind;
    for (;;) {
        if (repeats->searched < lowest)
            repeats->searched = lowest < repeats->stop ? lowest : repeats->stop;
        int found = has_hit(repeats, 0);
        if (found <= 0)
            return found < 0 ? -2 : -1;
        int64_t hit = repeats->hits.items[repeats->next_hit];
        if (offset_of(hit) < lowest) {
            repeats->next_hit++;
            continue;
        }
        int64_t end = repeats->ambiguous ? 0 : take_from(repeats);
        repeats->next_hit++;
        if (end < 0)
            return -2;
        if (end == 0)
            return hit;
        lowest = repeats->behind = (size_t)end;
        repeats->window = LEAST_WINDOW;
    }
}
