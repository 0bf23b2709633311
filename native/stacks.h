/* The stacks that are known, found by the text that starts with one. */
#ifndef STACKTRACES_STACKS_H
#define STACKTRACES_STACKS_H

#include <stddef.h>
#include <stdint.h>

typedef struct Stack Stack;

/* A crit-bit tree. */
typedef struct {
    void *root;
} Tree;

struct Stack {
    uint8_t *bytes;
    size_t size;
    int slot;        /* where a trace that ends with this stack is counted; -1 for nowhere */
    uint32_t doubts; /* which literals in the message leave it to be read */
    Tree next;       /* stacks that follow in the same trace */
};

/* The stack that text starts with, or NULL. */
Stack *stacks_find(const Tree *tree, const uint8_t *text, size_t size);

/* The stack with those bytes, made if there is none; NULL when memory is out. Where one of them starts with
 * the other, which of the two a text holds could not be told: *refused is set. */
Stack *stacks_add(Tree *tree, const uint8_t *bytes, size_t size, int *refused);

void stacks_clear(Tree *tree);

#endif
