*** Settings ***
Library    robot_shop.py

*** Test Cases ***
Orders Are Taken
    Order
