price <- function(prices, sku) {
  if (is.null(prices[[sku]])) stop("no price for ", sku)
  prices[[sku]]
}
total <- function(prices, skus) sum(vapply(skus, function(sku) price(prices, sku), 0))
place <- function(prices) {
  tryCatch(price(prices, "plum"), error = function(error) stop("order 17 failed: ", conditionMessage(error)))
}
main <- function(what) {
  prices <- list(apple = 3)
  switch(what,
    plain = price(prices, "plum"),
    closure = total(prices, c("apple", "plum")),
    cause = place(prices),
    lines = stop("first\n\nCaused by: no\n    at least three\nstack backtrace:"),
    logged = try(price(prices, "plum"))
  )
}
main(commandArgs(trailingOnly = TRUE)[1])
