# Reset the password

reset-title = Reset your password
reset-lead = We will send a one-time code to the email address you registered with.

reset-code-title = Enter your one-time code
reset-code-sent-to = If this address is registered, we have sent a one-time code to
reset-code-effect = Once the code is confirmed, your present password stops working and you can set a new one.
reset-code-label = One-time code
reset-code-hint = Please enter the number from the email. Any code sent in the last { $minutes ->
    [one] minute
   *[other] { $minutes } minutes
} works.
reset-no-new = After a code has been entered, no new email is sent for { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
}.

# Entered once more
reset-code-again = Enter the same code once more to go on and set a new password. You can do so until { $until } ({ $zone }).
reset-code-again-open = Enter the same code once more to go on and set a new password.
reset-code-again-hint = It is the code you entered before.
reset-again-title = If you no longer have the code
reset-again-until = You can get a new code after { $until } ({ $zone }).

reset-password-title = Set a new password
reset-password-lead = Your code is confirmed. Please set a new password by { $until } ({ $zone }).
reset-password-button = Set password and sign in
reset-password-closed = If you close this page, enter the same code once more in this browser to go on.
no-mail-provider = If you registered with { $providers }, you can simply sign in that way.
or = {" "}or{" "}
