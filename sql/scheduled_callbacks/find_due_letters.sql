-- Customers who are asked by mail and got no letter yet: those who are not called, and those called who get a
-- questionnaire besides.
--
-- Reads: callbacks, callback_contacts, customers
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    c.callback_code,
    c.channel,
    coalesce(c.community_code, 'prospects') AS community_code,
    u.customer_name,
    u.email,
    coalesce(u.preferred_language, 'zh') AS language
FROM callbacks AS c
INNER JOIN customers AS u ON c.customer_code = u.customer_code
WHERE
    c.state = 'planned'
    AND c.mailed_at IS NULL
    AND c.channel <> 'manager'
    AND u.email IS NOT NULL
    AND EXISTS (
        SELECT 1
        FROM callback_contacts AS k
        WHERE k.callback_code = c.callback_code AND k.state = 'planned' AND k.channel = 'mail'
    )
ORDER BY c.callback_code
