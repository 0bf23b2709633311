#include "times.h"

#include <stdlib.h>
#include <string.h>

#define ENTRIES (1 << 14)
#define MOST_ENTRIES (ENTRIES / 2)

typedef struct {
    uint8_t size; /* 0 where there is no entry */
    uint8_t seconds;
    uint8_t key[LONGEST_TIME];
    int64_t minute; /* seconds since 1970 */
} Entry;

struct Minutes {
    size_t count;
    Entry *last;
    Entry entries[ENTRIES];
};

/* What a printed time consists of. */
typedef struct {
    Entry key; /* all but the seconds and their fraction */
    int64_t seconds;
    int64_t fraction; /* nanoseconds */
} Parts;

Minutes *minutes_new(void)
{
    return calloc(1, sizeof(Minutes));
}

void minutes_free(Minutes *minutes)
{
    free(minutes);
}

static int is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static int take_apart(const uint8_t *text, size_t size, size_t seconds, Parts *parts)
{
    if (size > LONGEST_TIME || seconds + 2 > size || !is_digit(text[seconds]) || !is_digit(text[seconds + 1]))
        return 0;
    parts->seconds = (text[seconds] - '0') * 10 + text[seconds + 1] - '0';
    parts->fraction = 0;
    size_t behind = seconds + 2;
    if (behind + 1 < size && (text[behind] == '.' || text[behind] == ',') && is_digit(text[behind + 1])) {
        int64_t unit = 100000000;
        for (behind++; behind < size && is_digit(text[behind]); behind++, unit /= 10) {
            if (unit == 0)
                return 0;
            parts->fraction += (text[behind] - '0') * unit;
        }
    }
    /* A sixtieth second is for the one who knows the calendar; so are digits that go on. */
    int of_minute = seconds > 0 && text[seconds - 1] == ':';
    if ((of_minute && parts->seconds > 59) || (behind < size && is_digit(text[behind])))
        return 0;
    parts->key.size = (uint8_t)(seconds + size - behind);
    parts->key.seconds = (uint8_t)seconds;
    memcpy(parts->key.key, text, seconds);
    memcpy(parts->key.key + seconds, text + behind, size - behind);
    return parts->key.size > 0;
}

static int same(const Entry *one, const Entry *other)
{
    return one->size == other->size && one->seconds == other->seconds &&
           memcmp(one->key, other->key, one->size) == 0;
}

static Entry *find(Minutes *minutes, const Entry *key)
{
    if (minutes->last != NULL && same(minutes->last, key))
        return minutes->last;
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t at = 0; at < key->size; at++)
        hash = (hash ^ key->key[at]) * 1099511628211u;
    size_t at = (hash ^ hash >> 32) % ENTRIES;
    while (minutes->entries[at].size && !same(minutes->entries + at, key))
        at = (at + 1) % ENTRIES;
    return minutes->last = minutes->entries + at;
}

int minutes_learn(Minutes *minutes, const uint8_t *text, size_t size, size_t seconds, int64_t at)
{
    Parts parts;
    if (!take_apart(text, size, seconds, &parts))
        return 0;
    int64_t minute = at - parts.fraction - parts.seconds * 1000000000;
    if (minute % 1000000000 != 0)
        return 0;
    Entry *entry = find(minutes, &parts.key);
    if (!entry->size) {
        if (minutes->count >= MOST_ENTRIES) {
            memset(minutes, 0, sizeof *minutes);
            entry = find(minutes, &parts.key);
        }
        minutes->count++;
        *entry = parts.key;
    }
    entry->minute = minute / 1000000000;
    return 1;
}

int minutes_read(Minutes *minutes, const uint8_t *text, size_t size, size_t seconds, Moment *moment)
{
    Parts parts;
    if (!take_apart(text, size, seconds, &parts))
        return 0;
    const Entry *entry = find(minutes, &parts.key);
    if (!entry->size)
        return 0;
    moment->at = (entry->minute + parts.seconds) * 1000000000 + parts.fraction;
    moment->size = (uint8_t)size;
    memcpy(moment->text, text, size);
    return 1;
}

static void widen(Timeline *timeline)
{
    int64_t wider[TIME_BUCKETS] = {0};
    for (int64_t bucket = timeline->first; bucket <= timeline->last; bucket++)
        wider[(bucket >> 1) & (TIME_BUCKETS - 1)] += timeline->counts[bucket & (TIME_BUCKETS - 1)];
    memcpy(timeline->counts, wider, sizeof wider);
    timeline->first >>= 1;
    timeline->last >>= 1;
    timeline->width++;
}

void timeline_add(Timeline *timeline, int64_t seconds)
{
    if (!timeline->used) {
        timeline->used = 1;
        timeline->first = timeline->last = seconds;
    }
    int64_t bucket = seconds >> timeline->width;
    for (;;) {
        int64_t first = bucket < timeline->first ? bucket : timeline->first;
        int64_t last = bucket > timeline->last ? bucket : timeline->last;
        if (last - first < TIME_BUCKETS) {
            timeline->first = first;
            timeline->last = last;
            break;
        }
        widen(timeline);
        bucket = seconds >> timeline->width;
    }
    timeline->counts[bucket & (TIME_BUCKETS - 1)]++;
}
