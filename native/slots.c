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
