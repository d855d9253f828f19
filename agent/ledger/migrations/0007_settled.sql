-- Version 7. Which records do not simply stand as sent is asked of one column at a time.

DROP INDEX record_odd;
