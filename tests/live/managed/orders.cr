require "log"

class OrderError < Exception
end

def price(prices : Hash(String, Int32), sku : String) : Int32
  prices[sku]? || raise "no price for #{sku}" # price
end

def total(prices, skus) : Int32
  skus.sum { |sku| price(prices, sku) } # total
end

def place(prices)
  price(prices, "plum") # tried
rescue error
  raise OrderError.new("order 17 failed", cause: error) # place
end

prices = {"apple" => 3}
case ARGV[0]
when "plain"   then price(prices, "plum")               # plain
when "closure" then total(prices, ["apple", "plum"])    # closure
when "cause"   then place(prices)                       # cause
when "lines"   then raise "first\n\nCaused by: no\n    at least three\nstack backtrace:" # lines
when "logged"
  begin
    price(prices, "plum") # logged
  rescue error
    Log.error(exception: error) { "order 17" }
  end
end
