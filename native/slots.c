#include "slots.h"

#include <string.h>

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

void slot_count(Slot *slot, const Moment *moment)
{
    slot->count++;
    if (!moment->size)
        return;
    if (!slot->earliest.size || later(&slot->earliest, moment))
        slot->earliest = *moment;
    if (!slot->latest.size || later(moment, &slot->latest))
        slot->latest = *moment;
    timeline_add(&slot->timeline, seconds_of(moment));
}

int source_before(const Source *one, const Source *other)
{
    if (one->at != other->at)
        return one->at < other->at;
    return one->file != other->file ? one->file < other->file : one->offset < other->offset;
}

int slot_keeps(const Slot *slot, const Source *source)
{
    return slot->sources_count < MOST_SOURCES || source_before(source, slot->sources + MOST_SOURCES - 1);
}

void slot_keep(Slot *slot, const Source *source)
{
    int place = slot->sources_count < MOST_SOURCES ? slot->sources_count++ : MOST_SOURCES - 1;
    for (; place > 0 && source_before(source, slot->sources + place - 1); place--)
        slot->sources[place] = slot->sources[place - 1];
    slot->sources[place] = *source;
}

void slot_clear(Slot *slot)
{
    Source example = slot->example;
    memset(slot, 0, sizeof *slot);
    slot->example = example;
}
