# アカウント: ログイン方式

methods-title = アカウント
methods-about = ログイン方式の確認と変更
methods-heading = ログイン方式
method-added = 追加日時
contact-mark = 連絡先
add-button = ログイン方式を追加
methods-back = ログイン方式の一覧へ戻る
method-used = 最終利用

# 追加
add-title = ログイン方式を追加
add-lead = 追加すると、次回からその方式でもログインできます。
add-none = 追加できるログイン方式は、すべて追加されています。

# 解除
remove-link = 解除
remove-title = ログイン方式の解除
remove-lead = 解除すると、{ $method }ではログインできなくなります。
remove-successor = 新しい連絡先メールアドレス
remove-successor-hint = このログイン方式のメールアドレスは連絡先になっています。代わりに使うものを選んでください。
remove-button = 解除する
remove-keep = 解除せずに戻る
remove-last = メールアドレスのあるログイン方式は、少なくとも一つ必要です。これが最後の一つのため、解除できません。
remove-last-do = 解除するには、先に別のログイン方式を追加してください。

# ログイン後の申し出
offer-title = ログイン方式を追加しますか
offer-lead = ログインする前に、次の方法を確認しました。
offer-effect = このアカウントに追加すると、次回から{ $provider }でもログインできます。
offer-add = アカウントに追加
offer-no = 今は追加しない

# 最近追加されたもの
recent-title = 最近追加されたログイン方式
recent-lead = この72時間に、次のログイン方式が追加されました。ご自身で追加したものだけを選んでください。
recent-legend = 残すログイン方式
recent-effect = 選ばなかったものは解除します。
recent-button = 選んだものだけを残す

# メールが届いていないとき
trouble-bounced = このメールアドレスには、メールが届いていません。
trouble-forwarding-off = Appleからの転送が止まっているため、メールが届きません。
trouble-address-on-other-account = 新しいメールアドレスがほかのアカウントで使われているため、以前のメールアドレスのままになっています。
