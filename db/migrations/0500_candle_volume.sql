-- Units traded while the candle formed. NULL: not known, as of forex and crypto, and of candles stored before: what is here never changes.
ALTER TABLE candle ADD COLUMN volume numeric;
