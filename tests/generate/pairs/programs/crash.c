#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static int sink;

__attribute__((noinline)) static int checked(int value)
{
    assert(value > 0);
    return value;
}

__attribute__((noinline)) static int from_queue(int value) { return checked(value) + sink; }

__attribute__((noinline)) static int from_cache(int value) { return checked(value) - sink; }

__attribute__((noinline)) static int walk(int depth)
{
    return depth == 0 ? from_queue(0) : walk(depth - 1) + sink;
}

__attribute__((noinline)) static int copy(char *to)
{
    memmove(to, "0123456789", 11);
    return to[0] + sink;
}

__attribute__((noinline)) static int twice(char *block)
{
    free(block);
    free(block);
    return sink;
}

static void handler(int number)
{
    if (number)
        abort();
}

int main(int count, char **arguments)
{
    int argument = count > 2 ? atoi(arguments[2]) : 0;

    if (strcmp(arguments[1], "queue") == 0)
        return from_queue(argument);
    if (strcmp(arguments[1], "cache") == 0)
        return from_cache(argument);
    if (strcmp(arguments[1], "walk") == 0)
        return walk(argument);
    if (strcmp(arguments[1], "handled") == 0)
        signal(SIGSEGV, handler);
    if (strcmp(arguments[1], "twice") == 0)
        return twice(malloc(argument));
    return copy((char *)(long)argument);
}
