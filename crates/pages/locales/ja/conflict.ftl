# 外部サービスからもどったあと、そのまま進めないとき

cancel-button = 中止する

conflict-identity-on-other-account-title = ほかのアカウントで使われています
conflict-identity-on-other-account-body = この{ $provider }でのログインは、すでにほかのアカウントで使われているため、こちらには追加できません。
conflict-identity-on-other-account-do = そのアカウントが不要な場合は、いったんログアウトし、{ $provider }でログインして退会してください。退会すると、こちらに追加できるようになります。

conflict-address-on-other-account-title = すでに登録されています
conflict-address-on-other-account-body = { $provider }のメールアドレスは、すでに登録されているアカウントのものと同じです。新しい登録は行われていません。
conflict-address-on-other-account-do = まず、ご登録のログイン方式でログインしてください。ログインすると、{ $provider }をそのアカウントに追加できます。

conflict-provider-taken-title = すでに追加されています
conflict-provider-taken-body = このアカウントには、別の{ $provider }でのログインがすでに追加されています。入れ替える場合は、先に今の方式を解除してください。

conflict-identity-removed-title = 最近解除されたログイン方式です
conflict-identity-removed-body = 最近まで、{ $provider }でログインできるアカウントをお持ちでした。
conflict-identity-removed-do = 元のアカウントに戻すには、解除をお知らせしたメールの番号を入力してください。

conflict-account-withdrawn-title = 退会したアカウントがあります
conflict-account-withdrawn-body = 最近まで、ここでログインできるアカウントをお持ちでした。
conflict-account-withdrawn-until = { $until }（{ $zone }）までは、ここで元に戻せます。

put-back-button = 解除を取り消す
anew-about = 元のアカウントを使わず、新しく始めることもできます。
anew-button = 新しく登録

conflict-provider-cancelled-title = お手続きは中止されました
conflict-provider-cancelled-body = { $provider }での確認が途中で中止されました。アカウントに変更はありません。
conflict-provider-refused-title = 確認できませんでした
conflict-provider-refused-body = { $provider }から、確認できたという答えを受け取れませんでした。もう一度お試しになるか、ほかの方法をお使いください。
conflict-provider-unreachable-title = 接続できませんでした
conflict-provider-unreachable-body = { $provider }につながりにくくなっています。少し待ってからもう一度お試しになるか、ほかの方法をお使いください。
conflict-trip-over-title = お手続きの有効時間が過ぎました
conflict-trip-over-body = { $provider }での確認から時間がたったか、すでに終わったお手続きです。お手数ですが、はじめからやり直してください。
conflict-trip-elsewhere-title = このブラウザで始めたお手続きではありません
conflict-trip-elsewhere-body = { $provider }での確認は、始めたときと同じブラウザで続けてください。こちらのブラウザで進める場合は、はじめからやり直してください。
conflict-provider-off-title = 現在、この方法はご利用いただけません
conflict-provider-off-body = { $provider }でのログインと登録を停止しています。ほかの方法をお使いください。
conflict-registration-closed-title = 現在、ユーザー登録の受付を停止しています
conflict-registration-closed-body = { $provider }で登録されたアカウントは見つかりませんでした。登録がお済みの方は、ご登録のログイン方式でログインしてください。
conflict-offer-over-title = 追加のお手続きの有効時間が過ぎました
conflict-offer-over-body = { $provider }は追加されていません。追加する場合は、「アカウント」の画面からお進みください。

conflict-next-signin = ログインの画面へ
conflict-next-register = 登録の画面へ
conflict-next-link = ログイン方式の一覧へ
conflict-next-proof = 確認の画面へ
