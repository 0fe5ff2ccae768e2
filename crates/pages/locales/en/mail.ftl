# Mails: who writes, what happened, what to do. No links.

mail-signature =
    { $service }
    Contact: { $contact }
mail-when-label = Time
mail-device-label = Device
mail-method-label = Sign-in method
mail-network-label = Network
mail-you = If this was you
mail-not-you = If this was not you
mail-not-me = If this was not you
mail-nothing = There is nothing you need to do.
mail-accept = Messages from { $service } come from { $sender }. Please make sure that you can receive email from @{ $domain }.
mail-step-password = Sign in at once and choose a new password under “Account settings”, “Change password”. This signs out all other devices.
mail-step-sessions = Under “Account settings”, “Where you are signed in”, check that no device is left that you do not know.
mail-step-contact = If you cannot sign in, please contact { $contact }.
mail-forgotten-contact = If you have forgotten your password, please contact { $contact }.
mail-forgotten-reset = If you have forgotten your password, please use “Forgotten password” on the sign-in page.

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
mail-sign-in-not-you = Somebody else may be using your account. Please take these steps in order.

# Locked
mail-locked-subject = [{ $service }] Your account has been locked
mail-locked-what = This is { $service }. A wrong password was entered many times, so your account has been locked for safety.
mail-locked-effect = Until it is unlocked, nobody can newly sign in. Devices that are signed in, and devices you have used before, still work.
mail-locked-way-out = How to unlock it
mail-locked-contact = Please contact { $contact }. Once we know that it is you, we will unlock it.
mail-locked-reset = Please reset your password with “Forgotten password” on the sign-in page.
mail-locked-not-you = Somebody else may have tried to sign in. The lock has protected your account.

# Password changed
mail-password-changed-subject = [{ $service }] Your password has been changed
mail-password-changed-what = This is { $service }. The password of your account has been changed.
mail-password-changed-effect = All devices but the one that made the change have been signed out.
mail-password-changed-not-you-contact = Somebody else may be using your account. Please contact { $contact } at once.
mail-password-changed-not-you-reset = Somebody else may be using your account. Please reset your password at once with “Forgotten password” on the sign-in page.
