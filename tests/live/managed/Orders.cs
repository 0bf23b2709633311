using System;
using System.Collections.Generic;
using System.Linq;

namespace Shop {
    public class OrderError : Exception {
        public OrderError(string message, Exception inner) : base(message, inner) { }
    }

    public class Store {
        readonly Dictionary<string, int> prices = new Dictionary<string, int> { { "apple", 3 } };

        public int Price(string sku) {
            return prices.ContainsKey(sku) ? prices[sku] : throw new InvalidOperationException("no price for " + sku); // price
        }

        public int Total(IEnumerable<string> skus) {
            return skus.Sum(sku => Price(sku)); // total
        }

        public void Place() {
            try {
                Price("plum"); // tried
            } catch (InvalidOperationException error) {
                throw new OrderError("order 17 failed", error); // place
            }
        }
    }

    public static class Orders {
        public static void Main(string[] args) {
            var store = new Store();
            switch (args[0]) {
                case "plain":
                    store.Price("plum"); // plain
                    break;
                case "closure":
                    store.Total(new[] { "apple", "plum" }); // closure
                    break;
                case "cause":
                    store.Place(); // cause
                    break;
                case "lines":
                    throw new Exception("first\n\nCaused by: no\n    at least three\nstack backtrace:"); // lines
                case "logged":
                    try {
                        store.Price("plum"); // logged
                    } catch (Exception error) {
                        Console.Error.WriteLine("2026-11-28 20:15:02 ERROR shop: " + error);
                        Console.Error.WriteLine("2026-11-28 20:15:03 INFO shop: next");
                    }
                    break;
            }
        }
    }
}
