# When something did not work

problem-not-found-title = The page could not be found.
problem-not-found-body = Its address may have changed, or it may no longer exist.
problem-method-not-allowed-title = This page cannot be opened directly.
problem-method-not-allowed-body = Please start again from the first page.
problem-too-large-title = Too much was sent at once.
problem-too-large-body = Please shorten what you entered and try again.
problem-rate-limited-title = Please wait a while.
problem-rate-limited-body = There have been many attempts in a short time. Please wait { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
} and try again.
problem-internal-title = The page could not be shown.
problem-internal-body = Something went wrong on our side. Please wait a moment and try again.
problem-overloaded-title = It is busy.
problem-overloaded-body = Please wait { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
} and try again.
problem-unfinished-title = It could not be confirmed.
problem-unfinished-body = It may have been done, or it may not. Please wait { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
} and look again before you repeat it.
problem-cross-origin-title = The action could not be confirmed.
problem-cross-origin-body = For safety, actions sent from other sites are not accepted. Please try again from our own page.
problem-flow-expired-title = The time for this step has run out.
problem-flow-expired-body = Please start again.
problem-invalid-request-title = What was sent could not be read.
problem-invalid-request-body = Please open the page again and try once more.
problem-other-title = This could not be accepted.
problem-other-body = Please wait a moment and try again.
problem-button-home = Go to the first page
problem-button-flow-expired = Start again
problem-button-cross-origin = Open the page again
problem-button-invalid-request = Open the page again
problem-button-overloaded = Try again
problem-button-unfinished = Look again
problem-button-internal = Try again
problem-button-rate-limited = Try again
problem-reference = If you contact us, please give this reference.
