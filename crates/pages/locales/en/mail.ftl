# Mails: who writes, what happened, what to do. No links.

mail-signature =
    { $service }
    Contact: { $contact }
mail-when-label = Time
mail-device-label = Device
mail-method-label = Sign-in method
mail-network-label = Network
mail-passkey-label = Name of the passkey
mail-address-label = Address on file
mail-before-label = Address before
mail-after-label = Address now
mail-some-provider = another service
mail-way-in = Please sign in on the sign-in page with the method you registered.
mail-way-in-by = On the sign-in page, please choose “{ $continue }”.
mail-ways-in = These are the ways to sign in to this account.
mail-you = If this was you
mail-not-you = If this was not you
mail-not-me = If this was not you
mail-nothing = There is nothing you need to do.
mail-accept = Messages from { $service } come from { $sender }. Please make sure that you can receive email from @{ $domain }.

mail-next = What to do next
mail-forgotten = If you have forgotten your password, please reset it with “Forgotten password” on the sign-in page.
mail-contact-us = If you need help, please contact { $contact }.
mail-not-me-why = Somebody else may be using your account. Please take these steps right away.
mail-undo-why = Somebody else may be using your account. You can undo this change with these steps.
mail-not-me-step-page = Open the sign-in page of { $service } (or “Account settings”, if you are signed in) and choose “A sign-in that was not you” at the bottom.
mail-undo-step-page = Open the sign-in page of { $service } (or “Account settings”, if you are signed in) and choose “Undo a change or a closing” at the bottom.
mail-step-number = Enter the email address and the number below.
mail-not-me-step-then = All devices are then signed out, and your present password stops working. Please go on and set a new one.
mail-undo-step-then = The change is then undone, all devices are signed out, and the present password stops working. Please go on and set a new one.
mail-number-valid = { $until }; it works once
mail-number-secret = Please do not tell this number to anybody.
mail-not-me-step-provider = All devices are then signed out. Please go on and check the password and the sign-ins of the service you sign in with, such as Google or Apple.
mail-undo-step-provider = The change is then undone, and all devices are signed out. Please go on and check the password and the sign-ins of the service you sign in with, such as Google or Apple.
mail-provider-now = Somebody else may be using your account. Please check the password and the sign-ins of the service you sign in with, such as Google or Apple, right away. If you need help, please contact { $contact }.
mail-provider-next = Please check the password and the sign-ins of the service you sign in with, such as Google or Apple. After that, please sign in on the sign-in page.
mail-restore-why = If this was not you, or you have changed your mind, you can have the account back with these steps.
mail-restore-step-then = Your account is then back. Please go on and sign in with the method you registered.
mail-lost-why = With these steps you can sign in with this email address and a password, after a wait of { $hours ->
    [one] one hour
   *[other] { $hours } hours
}.
mail-lost-step-page = On the sign-in page of { $service }, choose “Forgotten password” and then “If you can no longer use Google or Apple” at the bottom.
mail-lost-step-then = Please wait { $hours ->
    [one] one hour
   *[other] { $hours } hours
}. We then send a one-time code to set a password with. Any sign-in before that cancels it.
mail-reset-now = Somebody else may be using your account. Please reset the password right away with “Forgotten password” on the sign-in page. That signs out all other devices.
mail-contact-now = Somebody else may be using your account. Please contact { $contact } right away.

# Confirmation code
mail-register-code-subject = [{ $service }] Your confirmation code
mail-register-code-what = This is { $service }. Here is the confirmation code for your registration.
mail-valid-label = Valid until
mail-valid = { $until }, for { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
}
mail-register-code-do = Please enter this number on the registration page.
mail-register-code-not-you = If you did not ask for this, there is nothing you need to do. Nothing is registered unless the number is entered. Please do not tell it to anybody.

# Already registered
mail-register-taken-subject = [{ $service }] About your registration
mail-register-taken-what = This is { $service }. Somebody tried to register with this email address, but it is already registered. No new account has been made.
mail-register-taken-you = On the sign-in page, please choose “Continue with email” and enter this address and your password.
mail-register-taken-not-you = There is nothing you need to do. Your account has not changed.

# Welcome
mail-welcome-subject = [{ $service }] Your registration is complete
mail-welcome-what = This is { $service }. Your registration is complete. Thank you.
mail-welcome-do = From now on, choose “Continue with email” on the sign-in page and enter this address and your password.
mail-welcome-not-you = If you did not register, please contact { $contact }.

# Sign-in
mail-sign-in-subject = [{ $service }] New sign-in to your account
mail-sign-in-what = This is { $service }. There was a new sign-in to your account.

# Locked
mail-locked-subject = [{ $service }] Your account has been locked
mail-locked-what = This is { $service }. A wrong password was entered many times, so your account has been locked for safety.
mail-locked-effect = Until it is unlocked, no other device can sign in with the password. Devices that are signed in, and devices you have used before, still work.
mail-locked-way-out = How to unlock it
mail-locked-contact = If you cannot reset it, please contact { $contact }. Once we know that it is you, we will unlock your account.
mail-locked-reset = Please reset your password with “Forgotten password” on the sign-in page.
mail-locked-not-you = Somebody else may have tried to sign in. The lock has protected your account.

# Password changed
mail-password-changed-subject = [{ $service }] Your password has been changed
mail-password-changed-what = This is { $service }. The password of your account has been changed.
mail-password-changed-effect = All devices but the one that made the change have been signed out.

# Reset
mail-reset-code-subject = [{ $service }] One-time code to reset your password
mail-reset-code-what = This is { $service }. Here is the one-time code to reset your password.
mail-reset-code-do = Please enter this number on the reset page. Your present password then stops working, and you can set a new one.
mail-reset-code-not-you = If you did not ask for this, there is nothing you need to do. Your password stays as it is unless the number is entered. Please do not tell it to anybody.

mail-reset-verified-subject = [{ $service }] Your password has been reset
mail-reset-verified-what = This is { $service }. The one-time code was entered, so your old password no longer works. All other devices have been signed out.
mail-reset-verified-you = Please set a new password by { $until } in the browser where you entered the code. If you have closed the page, enter the same code once more in the same browser to go on.
mail-reset-verified-later = After { $until }, you can get a new one-time code with “Forgotten password” on the sign-in page.
mail-reset-verified-not-you = Somebody else may be reading the messages that arrive at this address. Please change the password of your mailbox and then, after the time above, set a new password with “Forgotten password” on the sign-in page. If you need help, please contact { $contact }.

mail-sign-in-reset-subject = [{ $service }] New sign-in to your account
mail-sign-in-reset-what = This is { $service }. A new password was set for your account, and there was a new sign-in with it.

# Not me
mail-not-me-subject = [{ $service }] All devices have been signed out
mail-not-me-what = This is { $service }. We were told of a sign-in that was not you, so all devices have been signed out and the old password no longer works.
mail-not-me-do = Please set a new password with “Forgotten password” on the sign-in page. Until then, nobody can sign in to this account with a password.

# Undo
mail-undone-subject = [{ $service }] A change to your account has been undone
mail-undone-what = This is { $service }. A change to your account has been undone. All devices have been signed out, and the old password no longer works. If the email address had been changed, it is back to the earlier one.
mail-undone-do = Please set a new password with “Forgotten password” on the sign-in page. If the email address had been changed, enter the earlier one there.

mail-undo-again-subject = [{ $service }] A number to undo a change
mail-undo-again-what = This is { $service }. Somebody entered this email address on our pages, for example to reset a password. It was recently replaced by another one and no longer belongs to an account.
mail-undo-again-effect = If you changed it yourself, there is nothing you need to do.

# Another address
mail-email-change-code-subject = [{ $service }] Your confirmation code
mail-email-change-code-what = This is { $service }. Here is the confirmation code to make this the new email address of an account.
mail-email-change-code-do = Please enter this number on the page that asks for the code.
mail-email-change-code-not-you = If you did not ask for this, there is nothing you need to do. Nothing changes unless the number is entered. Please do not tell it to anybody.

mail-email-change-taken-subject = [{ $service }] About changing an email address
mail-email-change-taken-what = This is { $service }. Somebody tried to make this the new email address of an account, but it is already registered. Nothing has changed.
mail-email-change-taken-do = If this was you, please sign in with this address to see for yourself. If not, there is nothing you need to do.

mail-email-changed-subject = [{ $service }] Your email address has been changed
mail-email-changed-what = This is { $service }. The email address of your account has been changed.
mail-email-changed-effect = From now on, the new address is used for signing in and for our messages.

# Sign-in methods and the contact
mail-method-added-subject = [{ $service }] A sign-in method has been added
mail-method-added-what = This is { $service }. A sign-in method has been added to your account.
mail-method-added-effect = From now on, you can sign in with it as well.

mail-method-removed-subject = [{ $service }] A sign-in method has been removed
mail-method-removed-what = This is { $service }. A sign-in method has been removed from your account.
mail-method-removed-effect = From now on, it no longer signs you in.

mail-contact-changed-subject = [{ $service }] Your contact address has been changed
mail-contact-changed-what = This is { $service }. The contact address of your account has been changed.
mail-contact-changed-effect = From now on, our messages go to the new address.

mail-provider-address-changed-subject = [{ $service }] Your email address has been changed
mail-provider-address-changed-what = This is { $service }. Your address with { $provider } is a new one, so the address of your account has been changed as well.
mail-provider-address-changed-effect = You can sign in with { $provider } as before. From now on, our messages go to the new address.
mail-provider-address-changed-not-you = Somebody else may be using your account with { $provider }. Please check its settings right away. If you need help, please contact { $contact }.

mail-test-mail-subject = [{ $service }] Test email
mail-test-mail-what = This is { $service }. You asked for this test email in “Account settings”.
mail-test-mail-do = If you can read it, important messages reach you, too. There is nothing you need to do.

# Registered in another way
mail-reset-provider-subject = [{ $service }] About resetting your password
mail-reset-provider-what = This is { $service }. Somebody asked to reset the password for this address. It is used to sign in with { $provider }, so we have not sent a one-time code.
mail-reset-provider-email = To reset the password, please enter the address of that sign-in method under “Forgotten password”.
mail-reset-provider-lost = If you can no longer use { $provider }
mail-reset-provider-not-you = There is nothing you need to do. Your account has not changed.

mail-provider-lost-subject = [{ $service }] Setting up another way to sign in
mail-provider-lost-what = This is { $service }. We were told that a sign-in method can no longer be used. An email address and a password are now being set up for your account.
mail-provider-lost-effect = After { $until }, we will send a one-time code to set a password with.
mail-provider-lost-not-you = Please sign in once by { $until } in your usual way. That cancels it. If you cannot sign in, please contact { $contact } right away.

# Closing the account
mail-withdrawn-subject = [{ $service }] Your account has been closed
mail-withdrawn-what = This is { $service }. Your account has been closed. Thank you for having been with us.
mail-withdrawn-effect = What was stored about you will be erased on { $until }.
mail-withdrawn-erased = Everything stored about you has been erased.
mail-withdrawn-undo = To have it back

mail-restored-subject = [{ $service }] Your account is back
mail-restored-what = This is { $service }. The closing has been undone, and your account is back. All devices stay signed out.
mail-restored-do = Please sign in on the sign-in page with the method you registered. If your password does not work, please reset it with “Forgotten password”.
