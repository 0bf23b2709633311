defmodule OrderError do
  defexception [:message]
end

defmodule Shop do
  def price(prices, sku) do
    Map.fetch!(prices, sku) # price
  end

  def total(prices, skus) do
    Enum.sum(Enum.map(skus, fn sku -> price(prices, sku) + 0 end)) # total
  end

  def place(prices) do
    price(prices, :plum) + 0 # tried
  rescue
    error -> reraise OrderError, [message: "order 17 failed: #{Exception.message(error)}"], __STACKTRACE__
  end

  def main(what) do
    prices = %{apple: 3}

    case what do
      "plain" -> price(prices, :plum) + 0 # plain
      "closure" -> total(prices, [:apple, :plum]) + 0 # closure
      "cause" -> place(prices)
      "lines" -> raise OrderError, message: "first\n\nCaused by: no\n    at least three\nstack backtrace:" # lines
      "logged" ->
        {:ok, pid} = Task.start(fn -> price(prices, :plum) + 0 end) # logged
        reference = Process.monitor(pid)
        receive do {:DOWN, ^reference, _, _, _} -> Process.sleep(200) end
    end
  end
end

[what] = System.argv()
Shop.main(what)
