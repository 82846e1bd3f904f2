-- Candles that are over. One that is here never changes. Times are epoch milliseconds.

CREATE TABLE candle (
  symbol          text    NOT NULL,
  -- 1m, 5m, 15m, 30m, 1h, 4h, 1d, 1w, 1M
  candle_interval text    NOT NULL,
  open_time       bigint  NOT NULL,
  open            numeric NOT NULL,
  high            numeric NOT NULL,
  low             numeric NOT NULL,
  close           numeric NOT NULL,
  PRIMARY KEY (symbol, candle_interval, open_time)
);

-- The stretches of opening times in which no candle is missing: an interval without a tick has none, so absence alone says nothing.
CREATE TABLE candle_coverage (
  symbol          text           NOT NULL,
  candle_interval text           NOT NULL,
  stretches       int8multirange NOT NULL,
  PRIMARY KEY (symbol, candle_interval)
);
