"""The same in the syntax that all implementations share."""


def take(stock, name):
    return stock[name] / len(stock)


def order(names):
    return [take({"pear": 3}, name) for name in names]


if __name__ == "__main__":
    order(["pear", "apple"])
