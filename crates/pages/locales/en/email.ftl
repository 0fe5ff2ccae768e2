# Change of the email address

email-title = Change your email address
email-button = Change email address
email-current = Your present address
email-lead = We will send a confirmation code to your new address.
email-new-label = New email address

email-code-title = Enter the confirmation code
email-code-until = Your address stays as it is until the code is confirmed.

# A first address
email-add-title = Add an email address
email-add-lead = Once added, you can also sign in with your address and a password. We will send a confirmation code to the address you enter.
email-password-title = Choose a password
email-password-lead = Your email address is confirmed. Please choose the password you will sign in with.
email-password-button = Add the sign-in method
