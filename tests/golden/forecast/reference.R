# Writes reference_r.csv: numbers of R and its forecast package for three small series.
# Run: Rscript reference.R > reference_r.csv
suppressMessages({library(forecast); library(urca)})
row <- function(name, values) cat(name, ",", paste(format(as.numeric(values), digits = 11, trim = TRUE, scientific = TRUE), collapse = ","), "\n", sep = "")
cat("# R ", as.character(getRversion()), ", forecast ", as.character(packageVersion("forecast")), "\n", sep = "")

# A linear congruential generator, so that the series need no file.
state <- 42
uniform <- function() { state <<- (state * 16807) %% 2147483647; state / 2147483647 }
noise <- function() sum(replicate(12, uniform())) - 6
daily <- ts(round(sapply(1:90, function(t) (500 + 2 * t) * c(1, 1.1, 1.05, 1, 1.2, 0.7, 0.6)[t %% 7 + 1] + 25 * noise()), 2), frequency = 7)
state <- 7
level <- ts(round(100 + cumsum(sapply(1:60, function(t) 3 * noise())), 2))
air <- AirPassengers
series <- list(air = air, daily = daily, level = level)

for (name in names(series)) {
  y <- series[[name]]
  row(paste0(name, ".y"), y)
  row(paste0(name, ".kpss"), ur.kpss(y, type = "mu", use.lag = trunc(3 * sqrt(length(y)) / 13))@teststat)
  row(paste0(name, ".guerrero"), BoxCox.lambda(y, lower = -1, upper = 2))
  if (frequency(y) > 1) {
    for (robust in c(FALSE, TRUE)) {
      s <- stl(y, s.window = 11, s.degree = 0, robust = robust, inner = 2, outer = if (robust) 3 else 0)
      suffix <- if (robust) ".stl_robust" else ".stl"
      row(paste0(name, suffix, ".season"), s$time.series[, 1])
      row(paste0(name, suffix, ".trend"), s$time.series[, 2])
    }
  }
  forms <- if (frequency(y) > 1) c("ANN", "AAN", "ANA", "AAA", "MNN", "MAN", "MNA", "MAA", "MNM", "MAM") else c("ANN", "AAN", "MNN", "MAN")
  for (form in forms) for (damped in if (substr(form, 2, 2) == "A") c(FALSE, TRUE) else FALSE) {
    fit <- ets(y, model = form, damped = damped)
    f <- forecast(fit, h = 20, level = 95)
    key <- paste0(name, ".ets.", form, if (damped) "d" else "")
    p <- function(k) if (k %in% names(fit$par)) fit$par[[k]] else if (k == "phi") 1 else 0
    # alpha, beta, gamma, phi, level, slope, then the seasons in the order in which they are used
    start <- fit$initstate
    seasons <- if (substr(form, 3, 3) != "N") rev(tail(start, frequency(y))) else c()
    slope <- if (substr(form, 2, 2) == "A") start[["b"]] else 0
    row(paste0(key, ".par"), c(p("alpha"), p("beta"), p("gamma"), p("phi"), start[["l"]], slope, seasons))
    row(paste0(key, ".aicc"), fit$aicc)
    row(paste0(key, ".mean"), f$mean)
    row(paste0(key, ".sigma"), (f$upper - f$mean) / qnorm(0.975))
  }
  row(paste0(name, ".ets.best"), ets(y)$aicc)
  a <- auto.arima(y, approximation = FALSE)
  f <- forecast(a, h = 20, level = 95)
  row(paste0(name, ".arima.best"), a$aicc)
  row(paste0(name, ".arima.order"), a$arma[c(1, 6, 2, 3, 7, 4)])
  row(paste0(name, ".arima.mean"), f$mean)
  row(paste0(name, ".arima.sigma"), (f$upper - f$mean) / qnorm(0.975))
}

orders <- list(list("air", c(2, 1, 1), c(0, 1, 0), FALSE), list("air", c(0, 1, 1), c(0, 1, 1), FALSE), list("air", c(1, 0, 1), c(1, 1, 0), TRUE),
               list("daily", c(1, 0, 2), c(0, 1, 1), TRUE), list("daily", c(2, 0, 0), c(1, 0, 1), TRUE), list("level", c(1, 0, 1), c(0, 0, 0), TRUE), list("level", c(0, 1, 2), c(0, 0, 0), TRUE))
for (i in seq_along(orders)) {
  o <- orders[[i]]
  fit <- Arima(series[[o[[1]]]], order = o[[2]], seasonal = o[[3]], include.constant = o[[4]])
  f <- forecast(fit, h = 20, level = 95)
  key <- paste0("arima.", i)
  row(paste0(key, ".series"), match(o[[1]], names(series)) - 1)
  row(paste0(key, ".order"), c(o[[2]], o[[3]], o[[4]]))
  row(paste0(key, ".aicc"), fit$aicc)
  row(paste0(key, ".mean"), f$mean)
  row(paste0(key, ".sigma"), (f$upper - f$mean) / qnorm(0.975))
}

# Regression with ARMA errors on a promotion flag.
promotion <- as.numeric((1:90) %% 13 %in% c(3, 4))
fit <- Arima(daily + 120 * promotion, order = c(1, 0, 0), seasonal = c(0, 1, 1), xreg = promotion)
f <- forecast(fit, h = 20, level = 95, xreg = as.numeric((91:110) %% 13 %in% c(3, 4)))
row("regression.y", daily + 120 * promotion)
row("regression.coefficient", tail(fit$coef, 1))
row("regression.aicc", fit$aicc)
row("regression.mean", f$mean)
