module Main (main) where

import Control.Exception (ErrorCall (..), catch, evaluate, try)
import GHC.Stack (HasCallStack)
import System.Environment (getArgs)
import System.IO (hPutStrLn, stderr)

price :: HasCallStack => String -> Int
price sku = case lookup sku [("apple", 3)] of
  Just found -> found
  Nothing -> error ("no price for " ++ sku) -- price

total :: HasCallStack => [String] -> Int
total skus = sum (map (\sku -> price sku) skus) -- total

place :: HasCallStack => IO Int
place = evaluate (price "plum") `catch` \(ErrorCall message) -> error ("order 17 failed: " ++ message) -- place

main :: IO ()
main = do
  [what] <- getArgs
  case what of
    "plain" -> print (price "plum") -- plain
    "closure" -> print (total ["apple", "plum"]) -- closure
    "cause" -> place >>= print -- cause
    "lines" -> error "first\n\nCaused by: no\n    at least three\nstack backtrace:" -- lines
    _ -> do
      found <- try (evaluate (price "plum")) -- logged
      case found of
        Left failed -> hPutStrLn stderr ("2026-11-28 20:15:02 [error] shop: " ++ show (failed :: ErrorCall))
        Right _ -> pure ()
