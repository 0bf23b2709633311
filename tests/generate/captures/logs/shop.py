"""A shop whose orders fail: a chain of two errors."""


class Shop:
    def __init__(self, stock):
        self.stock = stock

    def take(self, name, count):
        try:
            return self.stock[name] - count
        except KeyError as error:
            raise ValueError("no %s in stock" % name) from error


def order(shop, names):
    return [shop.take(name, 1) for name in names]


def main():
    shop = Shop({"pear": 3})
    order(shop, ["pear", "apple"])


if __name__ == "__main__":
    main()
