# 退会とデータのダウンロード

withdraw-title = 退会
withdraw-before = 退会する前に
withdraw-export = 登録されている内容をお手元に残しておけます。
withdraw-now = 退会するとすぐに
withdraw-now-signout = すべての端末がログアウトし、ログインできなくなります。
withdraw-now-free = メールアドレスやログイン方式は、ほかのアカウントで使えるようになります。
withdraw-now-erased = 登録されている内容をすべて消去します。元に戻すことはできません。
withdraw-later = { $days }日後に
withdraw-later-erased = 登録されている内容をすべて消去します。
withdraw-later-undo = それまでは、退会をお知らせするメールの番号で元に戻せます。
withdraw-button = 退会する
withdraw-keep = 退会せずに戻る

withdrawn-title = 退会のお手続きが完了しました
withdrawn-body = これまでご利用いただき、ありがとうございました。
withdrawn-later = 登録されている内容は、{ $days }日後に消去します。それまでは、メールでお送りした番号で元に戻せます。
withdrawn-undo = 元に戻す場合は、こちらからお進みください。
withdrawn-erased = 登録されている内容は、すべて消去しました。

# ダウンロード
export-title = 登録内容のダウンロード
export-lead = アカウントに登録されている内容を、一つのファイル（JSON形式）で保存します。
export-secret = ログインの記録やメールアドレスなどが含まれます。ほかの人と共有する端末には保存しないでください。
export-button = ダウンロード
