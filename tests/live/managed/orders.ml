exception Order_failed of string * exn

let price prices sku =
  match List.assoc_opt sku prices with
  | Some found -> found
  | None -> failwith ("no price for " ^ sku) (* price *)

let total prices skus =
  List.fold_left (fun sum sku -> sum + price prices sku (* total *)) 0 skus

let place prices =
  try price prices "plum" with error -> raise (Order_failed ("A-17", error)) (* place *)

let () =
  let prices = [ ("apple", 3) ] in
  match Sys.argv.(1) with
  | "plain" -> print_int (price prices "plum") (* plain *)
  | "closure" -> print_int (total prices [ "apple"; "plum" ]) (* closure *)
  | "cause" -> print_int (place prices) (* cause *)
  | "lines" -> failwith "first\n\nCaused by: no\n    at least three\nstack backtrace:" (* lines *)
  | _ -> (
      try print_int (price prices "plum") (* logged *)
      with Failure message ->
        Printf.eprintf "2026-11-28 20:15:02 ERROR shop: Failure(%S)\n%s" message (Printexc.get_backtrace ()))
