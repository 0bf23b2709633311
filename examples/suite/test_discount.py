"""A test that fails since today."""


def discount(customers, budget):
    return budget / len(customers)


def test_discount():
    assert discount([], 100) > 1
