"""The roles that a schema grants things to."""

# Roles belong to the whole cluster, so another database may have made them before.
ROLES = """
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['warmline_app', 'warmline_sweep', 'warmline_admin'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', wanted);
    END IF;
    BEGIN
      EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE NOTICE 'role % exists, and only its administrator can grant it to %', wanted, current_user;
    END;
  END LOOP;
END $$;
"""
