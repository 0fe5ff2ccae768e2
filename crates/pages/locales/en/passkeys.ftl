# Passkeys: signing in, adding, names, the offer

passkeys-heading = Passkeys
passkey-name = Name
passkey-kept = Kept in
passkey-backup = Works on
passkey-backup-single = The device that holds it
passkey-backup-eligible = The device that holds it; it can be synced
passkey-backup-backed-up = All devices it is synced to
passkey-never = Not yet
passkey-open = Rename or remove
passkeys-full = You can have up to { $maximum ->
    [one] one passkey
   *[other] { $maximum } passkeys
}. To add another, please remove one that you no longer use.

# While the device asks
passkey-wait = Please wait.
passkey-asking = Please continue in the window of your device or browser.
passkey-again = Try again
passkey-another = Try another passkey
passkey-script = To use a passkey, please turn on JavaScript in your browser. The other ways work without it.
passkey-incapable = This browser cannot use passkeys.

# Signing in
passkey-signin-title = Sign in with a passkey
passkey-signin-lead = You need a passkey that was made on this device before, or has been synced to it. Your fingerprint, face or screen lock confirms that it is you.
passkey-signin-otherwise = Sign in another way
passkey-how-title = If there is no passkey on this device
passkey-need = To sign in with a passkey, it has to be one that was made on this device before, or has been synced to it.
passkey-how = You can add one: sign in another way, then go to “Account settings” › “Account” › “Add a sign-in method”.
passkey-signin-cancelled-title = You are not signed in yet.
passkey-signin-cancelled-body = Either the window was closed, or no passkey for { $service } was found on this device. Please try again, or sign in another way.
passkey-signin-timeout-title = It took too long.
passkey-signin-timeout-body = Your device did not confirm in time. When you are ready, please try again.
passkey-signin-failed-title = Your passkey could not be checked.
passkey-signin-failed-body = Something did not work on your device. Please try again. If that does not help, sign in another way.
passkey-signin-unsupported-title = This browser cannot use passkeys.
passkey-signin-unsupported-body = Please sign in another way, or try again in an up-to-date browser.
passkey-signin-insecure-title = Passkeys cannot be used on this page.
passkey-signin-insecure-body = Its address is not the one that your passkey belongs to. Please open the page from the usual address, or sign in another way.
passkey-signin-interrupted-title = It was interrupted.
passkey-signin-interrupted-body = Something in another window may have come between. Please try again.
passkey-signin-unreachable-title = There was no connection.
passkey-signin-unreachable-body = Please check your connection and try again.
passkey-signin-busy-title = It is busy.
passkey-signin-busy-body = Please wait a moment and try again.
passkey-signin-unknown-title = This passkey no longer signs you in.
passkey-signin-unknown-body = It was removed from the account, or the account has been closed. You can delete it from the list of passkeys in your device or browser.
passkey-signin-unknown-do = Please sign in with another passkey, or another way.
passkey-signin-refused-title = Your passkey could not be accepted.
passkey-signin-refused-body = For safety, we did not sign you in with it. Please try again. If that does not help, sign in another way, remove this passkey and add a new one.
passkey-signin-expired-title = The time for this step has run out.
passkey-signin-expired-body = Please try again.

# Adding
passkey-add-title = Add a passkey
passkey-add-lead = From then on, your fingerprint, face or screen lock signs you in. There is no address and no password to type.
passkey-add-next = The button opens a window of your device or browser, which leads you through saving it.
passkey-add-button = Add a new passkey
passkey-add-cancelled-title = No passkey was added.
passkey-add-cancelled-body = Either the window was closed, or nothing that can keep a passkey was found, for example because this device has no screen lock. If you still want to add one, please try again, or save it on another device, such as your phone.
passkey-add-timeout-title = It took too long.
passkey-add-timeout-body = Your device did not save it in time. When you are ready, please try again.
passkey-add-failed-title = The passkey could not be added.
passkey-add-failed-body = Something did not work on your device. Please try again. If that does not help, try another device or browser.
passkey-add-unsupported-title = This browser cannot use passkeys.
passkey-add-unsupported-body = Please try an up-to-date browser or another device.
passkey-add-insecure-title = Passkeys cannot be added on this page.
passkey-add-insecure-body = Its address is not the one that your passkeys belong to. Please open the page from the usual address.
passkey-add-interrupted-title = It was interrupted.
passkey-add-interrupted-body = Something in another window may have come between. Please try again.
passkey-add-unreachable-title = There was no connection.
passkey-add-unreachable-body = Please check your connection and try again.
passkey-add-busy-title = It is busy.
passkey-add-busy-body = Please wait a moment and try again.
passkey-add-refused-title = The passkey could not be added.
passkey-add-refused-body = What your device sent could not be confirmed, so nothing was added. Please try again. If that does not help, try another device or browser.
passkey-add-expired-title = The time for this step has run out.
passkey-add-expired-body = Please try again.
passkey-add-already-added-title = This device already has a passkey.
passkey-add-already-added-body = It is on your account, so there is no need for another. To save one on a different device or in a password manager, choose it in the window that opens when you add one.
passkey-add-no-lock-title = A passkey cannot be saved here.
passkey-add-no-lock-body = This device has no screen lock, or nothing that can keep a passkey. Please set a screen lock and try again. You can also save one on another device, such as your phone.
passkey-add-too-many-title = No more passkeys can be added.

# One passkey
passkey-title = Passkey
passkey-rename = New name
passkey-name-hint = A name that says which device it is for is easiest to recognise.
passkey-rename-button = Change name
passkey-remove-title = If you no longer use it
passkey-remove-about = Please remove it, for example when you give the device away.
passkey-remove-button = Remove this passkey
passkey-remove-lead = Once removed, this passkey no longer signs you in. What stays on your device can be deleted from its list of passkeys.

# Offered after a sign-in
passkey-offer-title = Sign in without a password next time?
passkey-offer-lead = With a passkey, your fingerprint, face or screen lock is all you need from next time on.
passkey-offer-still = Your password still works as before. We ask only once; you can also add a passkey later in “Account settings”.
passkey-offer-add = Add a passkey
passkey-offer-no = No, do not add one
passkey-offer-missed = No passkey was added. You can try again, or go on without one.
