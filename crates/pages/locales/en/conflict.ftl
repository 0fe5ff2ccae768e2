# Back from a provider, and the way on is not straight

cancel-button = Cancel

conflict-identity-on-other-account-title = It belongs to another account
conflict-identity-on-other-account-body = This { $provider } sign-in is already part of another account, so it cannot be added here.
conflict-identity-on-other-account-do = If you do not need that account, please sign out, sign in with { $provider } and close it. After that, you can add { $provider } here.

conflict-address-on-other-account-title = Already registered
conflict-address-on-other-account-body = The address from { $provider } is the same as that of an account that is already registered. No new account has been made.
conflict-address-on-other-account-do = Please sign in first with the sign-in method you registered. You can then add { $provider } to that account.

conflict-provider-taken-title = Already added
conflict-provider-taken-body = This account already has another { $provider } sign-in. To replace it, please remove the present one first.

conflict-identity-removed-title = A sign-in method that was removed recently
conflict-identity-removed-body = Until recently, you had an account that you could sign in to with { $provider }.
conflict-identity-removed-do = To put it back, please enter the number from our email about the removal.

conflict-account-withdrawn-title = You closed an account recently
conflict-account-withdrawn-body = Until recently, you had an account that you could sign in to in this way.
conflict-account-withdrawn-until = You can have it back here until { $until } ({ $zone }).

put-back-button = Put it back
anew-about = You can also start anew, without the old account.
anew-button = Register anew

conflict-provider-cancelled-title = Cancelled
conflict-provider-cancelled-body = You stopped the confirmation at { $provider }. Nothing has changed.
conflict-provider-refused-title = It could not be confirmed
conflict-provider-refused-body = { $provider } did not confirm the sign-in. Please try again, or use another way.
conflict-provider-unreachable-title = No connection
conflict-provider-unreachable-body = { $provider } cannot be reached at the moment. Please wait a while and try again, or use another way.
conflict-trip-over-title = The time for this step has run out
conflict-trip-over-body = The confirmation at { $provider } took too long, or has already been used. Please start again.
conflict-trip-elsewhere-title = This was not started in this browser
conflict-trip-elsewhere-body = Please go on in the browser where you started with { $provider }. To go on here instead, please start again.
conflict-provider-off-title = This way is not available at present
conflict-provider-off-body = Signing in and registering with { $provider } has been switched off. Please use another way.
conflict-registration-closed-title = Registration is closed at present
conflict-registration-closed-body = There is no account with this { $provider } sign-in. If you are already registered, please sign in with the method you registered.
conflict-offer-over-title = The time for adding it has run out
conflict-offer-over-body = { $provider } has not been added. To add it, please go on from the page “Account”.

conflict-next-signin = Go to the sign-in page
conflict-next-register = Go to the registration page
conflict-next-link = Go to your sign-in methods
conflict-next-proof = Go back and confirm
