-module(orders).
-export([main/1, price/2, total/2, place/1]).

price(Sku, Prices) ->
    maps:get(Sku, Prices). % price

total(Skus, Prices) ->
    lists:sum([price(Sku, Prices) || Sku <- Skus]). % total

place(Prices) ->
    try price(plum, Prices) % tried
    catch error:Reason -> error({order_failed, Reason}) % place
    end.

main([What]) ->
    Prices = #{apple => 3},
    case What of
        "plain" -> price(plum, Prices), ok; % plain
        "closure" -> total([apple, plum], Prices), ok; % closure
        "cause" -> place(Prices), ok; % cause
        "lines" -> error("first\n\nCaused by: no\n    at least three\nstack backtrace:"); % lines
        "logged" ->
            spawn_monitor(fun() -> price(plum, Prices), ok end), % logged
            receive {'DOWN', _, _, _, _} -> timer:sleep(200) end
    end.
