Feature: orders
  Scenario: an order
    Given a shop
    When I order
