/* A crit-bit tree of byte strings none of which starts with another (D. J. Bernstein, "Crit-bit trees";
 * Morrison, "PATRICIA", JACM 1968): a look-up reads a byte for each branch, then compares once.
 */
#include "stacks.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    void *child[2];
    size_t at;     /* the byte that differs, */
    uint8_t other; /* and all its bits but the one that decides */
} Branch;

static int is_branch(const void *node)
{
    return (int)((uintptr_t)node & 1);
}

static Branch *branch_of(const void *node)
{
    return (Branch *)((uintptr_t)node - 1);
}

static int side(const Branch *branch, uint8_t byte)
{
    return (1 + (branch->other | byte)) >> 8;
}

static Stack *nearest(const Tree *tree, const uint8_t *text, size_t size)
{
    void *node = tree->root;
    while (is_branch(node)) {
        const Branch *branch = branch_of(node);
        node = branch->child[side(branch, branch->at < size ? text[branch->at] : 0)];
    }
    return node;
}

Stack *stacks_find(const Tree *tree, const uint8_t *text, size_t size)
{
    if (tree->root == NULL)
        return NULL;
    Stack *stack = nearest(tree, text, size);
    return size >= stack->size && memcmp(stack->bytes, text, stack->size) == 0 ? stack : NULL;
}

static Stack *make_stack(const uint8_t *bytes, size_t size)
{
    Stack *stack = calloc(1, sizeof *stack);
    if (stack == NULL)
        return NULL;
    stack->bytes = malloc(size ? size : 1);
    if (stack->bytes == NULL) {
        free(stack);
        return NULL;
    }
    memcpy(stack->bytes, bytes, size);
    stack->size = size;
    stack->slot = -1;
    return stack;
}

Stack *stacks_add(Tree *tree, const uint8_t *bytes, size_t size, int *refused)
{
    *refused = 0;
    if (tree->root == NULL)
        return tree->root = make_stack(bytes, size);
    Stack *like = nearest(tree, bytes, size);
    size_t shared = like->size < size ? like->size : size, at = 0;
    while (at < shared && like->bytes[at] == bytes[at])
        at++;
    if (at == shared) {
        *refused = like->size != size;
        return *refused ? NULL : like;
    }
    uint8_t differing = (uint8_t)(like->bytes[at] ^ bytes[at]);
    while (differing & (differing - 1))
        differing &= (uint8_t)(differing - 1);
    Branch *branch = malloc(sizeof *branch);
    Stack *stack = make_stack(bytes, size);
    if (branch == NULL || stack == NULL) {
        free(branch);
        if (stack != NULL)
            free(stack->bytes);
        free(stack);
        return NULL;
    }
    branch->at = at;
    branch->other = (uint8_t)~differing;
    int mine = side(branch, bytes[at]);
    void **place = &tree->root;
    while (is_branch(*place)) {
        Branch *above = branch_of(*place);
        if (above->at > at || (above->at == at && above->other > branch->other))
            break;
        place = &above->child[side(above, above->at < size ? bytes[above->at] : 0)];
    }
    branch->child[mine] = stack;
    branch->child[1 - mine] = *place;
    *place = (void *)((uintptr_t)branch + 1);
    return stack;
}

static void clear_stack(Stack *stack)
{
    stacks_clear(&stack->next);
    free(stack->bytes);
    free(stack);
}

void stacks_clear(Tree *tree)
{
    /* A tree can be as deep as it has stacks: branches wait in a list through their first child. */
    void *waiting = tree->root;
    tree->root = NULL;
    while (waiting != NULL) {
        if (!is_branch(waiting)) {
            clear_stack(waiting);
            return;
        }
        Branch *branch = branch_of(waiting);
        void *left = branch->child[0];
        if (is_branch(left)) {
            /* Rotate, so that the left side is in the end a stack. */
            Branch *lower = branch_of(left);
            branch->child[0] = lower->child[1];
            lower->child[1] = waiting;
            waiting = left;
        } else {
            clear_stack(left);
            waiting = branch->child[1];
            free(branch);
        }
    }
}
