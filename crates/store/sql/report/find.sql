select report from provider_reports where report = $1
