"""Two tests that fail, as a suite that nobody had time to mend."""


def load_prices(path):
    with open(path) as stream:
        return dict(line.split() for line in stream)


def total(cart):
    return sum(cart["prices"])


def test_prices():
    assert load_prices("/nowhere/prices.txt")


def test_total():
    assert total({"price": [1, 2]}) == 3
